/// The `overlapped` command: the example of the WSASend page, and small tools to watch the engine at work.
// HdrHistogram comes without a module declaration; its name is the one derived from its file name.
@SuppressWarnings("requires-automatic")
module dev.overlapped.cli {
    requires HdrHistogram;
    requires dev.overlapped;
    requires info.picocli;

    // picocli fills the annotated fields of the commands by reflection.
    opens dev.overlapped.cli to info.picocli;
    opens dev.overlapped.cli.doctor to info.picocli;
    opens dev.overlapped.cli.echo to info.picocli;
    opens dev.overlapped.cli.errors to info.picocli;
    opens dev.overlapped.cli.load to info.picocli;
    opens dev.overlapped.cli.stream to info.picocli;
    opens dev.overlapped.cli.tcp to info.picocli;
}
