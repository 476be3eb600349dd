package dev.overlapped.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;

@Name("dev.overlapped.RequestStart")
@Label("Request Start")
@Description("A thread started a request: an overlapped one, or a call that waits for its end")
@Category("Overlapped")
@Enabled(false)
final class RequestStart extends Event {
    @Label("Operation")
    String operation;

    @Label("Socket")
    @Description("The SOCKET of the program")
    long socket;
}
