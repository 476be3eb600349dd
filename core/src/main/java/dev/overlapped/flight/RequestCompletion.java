package dev.overlapped.flight;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("dev.overlapped.RequestCompletion")
@Label("Request Completion")
@Description("A request ended, on the event's thread; the duration is the time since its start")
@Category("Overlapped")
@Enabled(false)
@StackTrace(false)
final class RequestCompletion extends Event {
    @Label("Operation")
    String operation;

    @Label("Socket")
    @Description("The SOCKET of the program")
    long socket;

    @Label("Bytes")
    @Description("Moved in all")
    @DataAmount
    long bytes;

    @Label("Status")
    @Description("0, or the Winsock error code that the request ended with")
    int status;

    @Label("Was Pending")
    @Description("It had to wait, and did not end within the call that started it")
    boolean wasPending;

    @Label("Started By")
    @Description("The thread that started the request")
    Thread startedBy;
}
