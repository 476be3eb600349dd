package dev.overlapped.flight;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("dev.overlapped.RequestPending")
@Label("Request Pending")
@Description("A request could not end within the call that started it, and was queued")
@Category("Overlapped")
@Enabled(false)
@StackTrace(false)
final class RequestPending extends Event {
    @Label("Operation")
    String operation;

    @Label("Socket")
    @Description("The SOCKET of the program")
    long socket;

    @Label("Bytes")
    @Description("Moved so far")
    @DataAmount
    long bytes;
}
