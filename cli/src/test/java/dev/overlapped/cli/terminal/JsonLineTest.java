package dev.overlapped.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class JsonLineTest {
    @Test
    void membersKeepTheirOrder() {
        JsonLine line = new JsonLine().add("b", 1).add("a", -2).add("c", "x");

        assertThat(line).hasToString("{\"b\": 1, \"a\": -2, \"c\": \"x\"}");
    }

    @Test
    void anEmptyObjectIsAnObject() {
        assertThat(new JsonLine()).hasToString("{}");
    }

    @Test
    void numbersAreThoseOfJsonInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(new JsonLine().add("x", 1234.5, 2)).hasToString("{\"x\": 1234.50}");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void whatIsNoNumberIsNull() {
        assertThat(new JsonLine().add("x", 1 / 0.0, 1).add("y", 0 / 0.0, 1))
            .hasToString("{\"x\": null, \"y\": null}");
    }

    @Test
    void charactersThatJsonForbidsInStringsAreEscaped() {
        assertThat(new JsonLine().add("x", "a\"b\\c\nd")).hasToString("{\"x\": \"a\\\"b\\\\c\\u000ad\"}");
    }
}
