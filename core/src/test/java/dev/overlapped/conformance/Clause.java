package dev.overlapped.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// The clauses of the WSASend page that a test proves, by their ids in `conformance/clauses.txt`: the test
/// fails if one of them is broken. On a class it speaks for all tests of the class.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ClauseResults.class)
public @interface Clause {
    String[] value();
}
