package dev.overlapped;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Calendar;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Who may use whom inside this module, and what only one package may do.
///
/// The picture is in ARCHITECTURE.md; a new package or a new arrow is a decision, and is made here first.
class ArchitectureTest {
    private static final String ROOT = "dev.overlapped";
    private static final String WINSOCK2 = ROOT + ".winsock2";
    private static final String ADDRESS = ROOT + ".address";
    private static final String TYPES = ROOT + ".winsock2.types";
    private static final String ENGINE = ROOT + ".engine";
    private static final String ERROR = ROOT + ".error";
    private static final String FLIGHT = ROOT + ".flight";
    private static final String HANDLE = ROOT + ".handle";
    private static final String SIMULATION = ROOT + ".simulation";
    private static final String STATE = ROOT + ".state";
    private static final String OPERATION = ROOT + ".operation";
    private static final String PROVIDER = ROOT + ".provider";
    private static final String EPOLL = ROOT + ".provider.epoll";
    private static final String URING = ROOT + ".provider.uring";
    private static final String SIMULATED = ROOT + ".provider.simulated";
    private static final String LINUX = ROOT + ".linux";

    /// The arrows: package to the packages it may use besides itself.
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            entry(ROOT, Set.of(ENGINE, ADDRESS)),
            entry(WINSOCK2, Set.of(TYPES, ENGINE, ADDRESS)),
            entry(TYPES, Set.of()),
            entry(ADDRESS, Set.of()),
            entry(ENGINE, Set.of(ADDRESS, PROVIDER, OPERATION, ERROR, FLIGHT, HANDLE, STATE)),
            entry(SIMULATION, Set.of(ENGINE, SIMULATED)),
            entry(STATE, Set.of(PROVIDER, OPERATION, ERROR)),
            entry(ERROR, Set.of(PROVIDER)),
            entry(FLIGHT, Set.of()),
            entry(HANDLE, Set.of()),
            entry(OPERATION, Set.of(PROVIDER, ADDRESS)),
            entry(PROVIDER, Set.of(ADDRESS)),
            entry(EPOLL, Set.of(PROVIDER, ADDRESS, LINUX)),
            entry(URING, Set.of(PROVIDER, ADDRESS, LINUX)),
            entry(SIMULATED, Set.of(PROVIDER, ADDRESS, LINUX)),
            entry(LINUX, Set.of()));

    /// The one class that knows the providers there are.
    private static final String CHOOSES_THE_PROVIDER = ENGINE + ".Engine";

    private static final int CLASSES_PER_PACKAGE_MAX = 14;
    /// As long as the Windows headers are.
    private static final Set<String> ANY_NUMBER_OF_CLASSES = Set.of(WINSOCK2, TYPES);

    private static final JavaClasses CLASSES = mainClasses();

    /// The main classes alone: tests may look wherever they like.
    private static JavaClasses mainClasses() {
        Path folder;
        try {
            // This class is a file also where it is patched into the module, and its folder has a neighbour.
            folder = Path.of(ArchitectureTest.class.getResource("ArchitectureTest.class").toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
        while (!folder.endsWith("test-classes")) {
            folder = folder.getParent();
        }
        Path classes = folder.resolveSibling("classes");
        assertThat(classes.resolve("module-info.class")).exists();
        return new ClassFileImporter().importPath(classes);
    }

    static Set<String> packages() {
        return new TreeSet<>(MAY_USE.keySet());
    }

    @Test
    void everyPackageHasItsPlaceInThePicture() {
        assertThat(classesPerPackage().keySet()).isSubsetOf(MAY_USE.keySet());
    }

    @ParameterizedTest
    @MethodSource("packages")
    void aPackageUsesOnlyWhatItsArrowsPointTo(String from) {
        Set<String> allowed = MAY_USE.get(from);
        var forbidden = DescribedPredicate.describe(
                "are ours, but not in " + allowed,
                (JavaClass used) -> isOurs(used)
                        && !used.getPackageName().equals(from)
                        && !allowed.contains(used.getPackageName()));
        var judged = resideInAPackage(from).and(DescribedPredicate.not(belongToTheChooser()));
        check(noClasses().that(judged).should().dependOnClassesThat(forbidden));
    }

    @Test
    void theEngineClassUsesTheProvidersAndWhatTheEngineMayUse() {
        Set<String> allowed = Set.of(ENGINE, OPERATION, ERROR, HANDLE, STATE, PROVIDER, EPOLL, URING,
                SIMULATED);
        var forbidden = DescribedPredicate.describe(
                "are ours, but not in " + allowed,
                (JavaClass used) -> isOurs(used) && !allowed.contains(used.getPackageName()));
        check(noClasses().that(belongToTheChooser()).should().dependOnClassesThat(forbidden));
    }

    @Test
    void noPackagesUseEachOtherInACircle() {
        check(slices().assignedFrom(new OnePackageEach()).should().beFreeOfCycles());
    }

    @Test
    void noPackageHasMoreClassesThanOneCanKeepInMind() {
        classesPerPackage().forEach((packageName, classes) -> {
            if (!ANY_NUMBER_OF_CLASSES.contains(packageName)) {
                assertThat(classes).as("classes of " + packageName)
                        .hasSizeLessThanOrEqualTo(CLASSES_PER_PACKAGE_MAX);
            }
        });
    }

    @Test
    void onlyThePackageLinuxLeavesJava() {
        check(noClasses().that().resideOutsideOfPackage(LINUX)
                .should().dependOnClassesThat(belongTo(type(Linker.class)))
                .orShould().dependOnClassesThat(belongTo(type(SymbolLookup.class)))
                .orShould().accessTargetWhere(target(name("reinterpret"))
                        .and(target(owner(assignableTo(MemorySegment.class)))))
                .orShould().accessTargetWhere(target(name("withTargetLayout"))
                        .and(target(owner(assignableTo(AddressLayout.class)))))
                .orShould().accessTargetWhere(target(nameMatching("load|loadLibrary"))
                        .and(target(owner(type(System.class).or(type(Runtime.class)))))));
    }

    @Test
    void engineAndOperationsHaveTheirTimeFromTheProvider() {
        var calendars = DescribedPredicate.describe(
                "tell the time of day",
                (JavaClass used) -> used.isEquivalentTo(Date.class)
                        || used.isEquivalentTo(Calendar.class)
                        || (used.getPackageName().startsWith("java.time")
                                && !used.isEquivalentTo(Duration.class)));
        check(noClasses().that().resideInAnyPackage(ENGINE, OPERATION)
                .should().dependOnClassesThat(calendars)
                .orShould().accessTargetWhere(target(nameMatching("currentTimeMillis|nanoTime"))
                        .and(target(owner(type(System.class))))));
    }

    private static DescribedPredicate<JavaClass> belongToTheChooser() {
        return belongTo(name(CHOOSES_THE_PROVIDER).forSubtype());
    }

    private static boolean isOurs(JavaClass used) {
        return used.getPackageName().equals(ROOT) || used.getPackageName().startsWith(ROOT + ".");
    }

    /// A package without classes breaks no rule.
    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }

    private static Map<String, Set<String>> classesPerPackage() {
        var found = new TreeMap<String, Set<String>>();
        for (JavaClass type : CLASSES) {
            if (type.isTopLevelClass() && !type.getSimpleName().matches("(package|module)-info")) {
                found.computeIfAbsent(type.getPackageName(), _ -> new TreeSet<>()).add(type.getName());
            }
        }
        return found;
    }

    private static final class OnePackageEach implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return isOurs(type) ? SliceIdentifier.of(type.getPackageName()) : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "the packages";
        }
    }
}
