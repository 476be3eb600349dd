package dev.overlapped.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

@Name("dev.overlapped.ReactorAdoption")
@Label("Reactor Adoption")
@Description("The engine thread took over for a thread with requests pending that has not waited for a while")
@Category("Overlapped")
@Enabled(false)
@StackTrace(false)
final class ReactorAdoption extends Event {
    @Label("Adopted From")
    @Description("The thread that has not waited; none if it has ended")
    Thread adoptedFrom;

    @Label("Patience")
    @Description("How long it has not waited for this to happen")
    @Timespan(Timespan.MILLISECONDS)
    long patience;
}
