package dev.overlapped.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import org.junit.jupiter.api.Test;

class HotCallsTest {
    /// HotSpot's FreqInlineSize on x86-64 and aarch64: a method of more bytes is never inlined.
    private static final int INLINED_BYTES_MAX = 325;

    @Test
    void theHotMethodIsLongerThanWhatTheCompilerInlines() throws IOException {
        ClassModel hotCalls;
        try (InputStream file = HotCalls.class.getResourceAsStream("HotCalls.class")) {
            hotCalls = ClassFile.of().parse(file.readAllBytes());
        }
        MethodModel call = hotCalls.methods().stream()
                .filter(method -> method.methodName().equalsString("call")).findFirst().orElseThrow();
        assertThat(((CodeAttribute) call.code().orElseThrow()).codeLength()).isGreaterThan(INLINED_BYTES_MAX);
    }
}
