package dev.overlapped.trust.fuzz;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The public classes of a package, nested ones too, as they are found where the package comes from.
final class PublicClasses {
    private static final String SUFFIX = ".class";

    private PublicClasses() {
    }

    /// Those of the package that `member` is in, by name; interfaces have nothing to call.
    static List<Class<?>> besides(Class<?> member) {
        try {
            Path origin = Path.of(member.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isDirectory(origin)) {
                return in(origin, member.getPackageName());
            }
            try (FileSystem jar = FileSystems.newFileSystem(origin)) {
                return in(jar.getPath("/"), member.getPackageName());
            }
        } catch (IOException | URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Class<?>> in(Path root, String packageName) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(packageName.replace('.', '/')))) {
            return files.map(each -> each.getFileName().toString()).sorted()
                    .filter(each -> each.endsWith(SUFFIX) && !each.startsWith("package-info"))
                    .<Class<?>>map(each -> load(packageName + "." + each.substring(0, each.indexOf(SUFFIX))))
                    .filter(each -> Modifier.isPublic(each.getModifiers()) && !each.isInterface())
                    .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
