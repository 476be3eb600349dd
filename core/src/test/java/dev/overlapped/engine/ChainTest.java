package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.operation.Batch;
import dev.overlapped.provider.MessageFlags;
import dev.overlapped.provider.simulated.SimulatedOptions;
import dev.overlapped.provider.simulated.SimulatedProvider;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The requests of one direction, in their order.
class ChainTest {
    private final Engine engine = new Engine(new SimulatedProvider(SimulatedOptions.calm(1)), false);
    private final Caller caller = Caller.ofThisThread(engine);
    private final Socket socket = engine.socket(engine.open(false, true, true));
    private final Home.Chain chain = new Home.Chain();

    private Request appended(Request request) {
        chain.append(request);
        return request;
    }

    private Request receive() {
        return appended(caller.receive(socket, 0, false));
    }

    private Request urgent() {
        return appended(caller.receive(socket, MessageFlags.OUT_OF_BAND, false));
    }

    private Request send(int flags) {
        Request send = caller.send(socket, flags, true);
        assertThat(send.add(Arena.ofAuto().allocate(1), 1, true)).isTrue();
        return appended(send);
    }

    private List<Request> all() {
        List<Request> all = new ArrayList<>();
        for (Request each = chain.first(); each != null; each = each.next) {
            all.add(each);
        }
        return all;
    }

    @Test
    void anEmptyOneIsIdle() {
        assertThat(chain.isEmpty()).isTrue();
        assertThat(chain.isIdle()).isTrue();
        assertThat(chain.size()).isZero();
        assertThat(chain.firstInTurn()).isNull();
        assertThat(chain.firstUrgent()).isNull();
    }

    @Test
    void requestsStandInTheOrderTheyCameIn() {
        Request first = receive();
        Request second = receive();
        Request third = receive();
        assertThat(all()).containsExactly(first, second, third);
        assertThat(chain.size()).isEqualTo(3);
        assertThat(chain.isEmpty()).isFalse();
        assertThat(chain.isIdle()).isFalse();
    }

    @Test
    void anyOfThemCanBeTakenOutAndOthersComeBehindTheRest() {
        Request first = receive();
        Request second = receive();
        Request third = receive();
        chain.remove(second);
        assertThat(all()).containsExactly(first, third);
        chain.remove(third);
        Request fourth = receive();
        assertThat(all()).containsExactly(first, fourth);
        chain.remove(first);
        assertThat(all()).containsExactly(fourth);
        chain.remove(fourth);
        assertThat(chain.isEmpty()).isTrue();
        assertThat(all()).isEmpty();
        assertThat(chain.size()).isZero();
        Request fifth = receive();
        assertThat(all()).containsExactly(fifth);
    }

    @Test
    void urgentReceivesTakeNoTurns() {
        Request urgent = urgent();
        assertThat(chain.isIdle()).isTrue();
        assertThat(chain.firstInTurn()).isNull();
        Request first = receive();
        Request later = urgent();
        assertThat(chain.isIdle()).isFalse();
        assertThat(chain.firstInTurn()).isSameAs(first);
        assertThat(chain.firstUrgent()).isSameAs(urgent);
        chain.remove(urgent);
        assertThat(chain.firstInTurn()).isSameAs(first);
        assertThat(chain.firstUrgent()).isSameAs(later);
        chain.remove(later);
        assertThat(chain.firstUrgent()).isNull();
        assertThat(chain.isIdle()).isFalse();
        chain.remove(first);
        assertThat(chain.isIdle()).isTrue();
    }

    @Test
    void whatIsSelectedComesOutInOrderAndTheRestStays() {
        Request first = receive();
        Request second = receive();
        Request third = receive();
        Request fourth = receive();
        List<Request> out = new ArrayList<>();
        assertThat(chain.takeOut(each -> each == second || each == fourth, out::add)).isEqualTo(2);
        assertThat(out).containsExactly(second, fourth).allMatch(each -> each.next == null);
        assertThat(all()).containsExactly(first, third);
        assertThat(chain.takeOut(each -> false, out::add)).isZero();
        Request fifth = receive();
        assertThat(all()).containsExactly(first, third, fifth);
        assertThat(chain.takeOut(each -> true, out::add)).isEqualTo(3);
        assertThat(out).containsExactly(second, fourth, first, third, fifth);
        assertThat(chain.isEmpty()).isTrue();
    }

    @Test
    void onlySendsAtTheFrontThatMayLeaveTogetherAreGathered() {
        Batch batch = new Batch();
        send(0);
        send(0);
        send(MessageFlags.OUT_OF_BAND);
        send(0);
        chain.gatherInto(batch);
        assertThat(batch.sends()).isEqualTo(2);
        chain.remove(chain.first());
        chain.gatherInto(batch);
        assertThat(batch.sends()).isEqualTo(1);
    }

    @Test
    void whatIsPassedOnBelongsToTheHeir() {
        Caller heir = new Caller(engine, new Thread(() -> { }), 0);
        Request first = receive();
        Request second = receive();
        Request others = appended(heir.receive(socket, 0, false));
        assertThat(chain.passOn(each -> each != first, caller, heir)).isEqualTo(1);
        assertThat(first.caller()).isSameAs(caller);
        assertThat(second.caller()).isSameAs(heir);
        assertThat(others.caller()).isSameAs(heir);
    }

    @Test
    void oneThatMatchesIsFoundWhereverItStands() {
        receive();
        Request last = receive();
        assertThat(chain.anyMatch(each -> each == last)).isTrue();
        assertThat(chain.anyMatch(each -> false)).isFalse();
    }

    @Test
    void whoeverWasToBeToldOfThemIsToldNoMore() {
        EventObject event = EventObject.unnamed(true);
        Request request = receive();
        request.indicate(new Untold(), request, (Runnable) () -> { }, event);
        assertThat(request.hasRoutine()).isTrue();
        chain.silence();
        assertThat(request.hasRoutine()).isFalse();
        assertThat(request.event()).isNull();
    }
}
