/// The `overlapped` command.
module dev.overlapped.cli {
    requires dev.overlapped;
    requires info.picocli;

    opens dev.overlapped.cli to info.picocli;
}
