package dev.overlapped.trust.simulate;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Looks for planted faults, one or all, and tells what comes of it. A fault is found when a seed fails on
/// the broken engine, and fails again.
///
/// @param root    the checkout
/// @param folder  where the broken engines are built
/// @param program the class whose `main` knows the command `simulate`
/// @param from    the first seed
/// @param seeds   how many are tried at most
/// @param options for the command that runs on the broken engine
/// @param command how a user says `simulate`
record PlantSearch(Path root, Path folder, String program, long from, long seeds, List<String> options,
        String command) {
    private static final int REASON_CHARACTERS_MAX = 100;

    private PlantHunt hunt(Plant plant) throws IOException, InterruptedException, PlantFailedException {
        return new PlantHunt(plant, root, folder.resolve(plant.name()), program, options);
    }

    private String replay(Plant plant, Failure failure) {
        return command + " --plant " + plant.name() + " --from " + failure.seed() + " --seeds 1";
    }

    /// Runs the first seed alone, and tells what it does. False: it fails, as it should, or cannot be run.
    boolean repeat(Plant plant, PrintWriter out, PrintWriter err) throws IOException, InterruptedException {
        try {
            PlantHunt.Outcome outcome = hunt(plant).run(from, 1);
            outcome.output().forEach(out::println);
            return !outcome.found();
        } catch (PlantFailedException e) {
            return fail(e, err);
        }
    }

    /// Looks for one fault. False: it is not found.
    boolean find(Plant plant, PrintWriter out, PrintWriter err) throws IOException, InterruptedException {
        out.println(plant.name() + ": " + plant.what());
        try {
            PlantHunt hunt = hunt(plant);
            PlantHunt.Outcome outcome = hunt.run(from, seeds);
            outcome.output().forEach(out::println);
            if (!outcome.found()) {
                out.println("not found in " + seeds + " seeds");
                return false;
            }
            boolean again = hunt.run(outcome.failure().seed(), 1).found();
            out.println("found at seed " + outcome.failure().seed() + "; replayed, it "
                + (again ? "fails again" : "does not fail"));
            return again;
        } catch (PlantFailedException e) {
            return fail(e, err);
        }
    }

    /// Looks for each, and tells it in a table. False: one is not found.
    boolean findAll(List<Plant> plants, PrintWriter out)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        int width = plants.stream().mapToInt(plant -> plant.name().length()).max().orElse(0);
        String row = "%-" + width + "s  %6s  %-5s  %s%n";
        out.printf(row, "fault", "seed", "again", "replay, and what broke");
        int found = 0;
        for (Plant plant : plants) {
            try {
                PlantHunt hunt = hunt(plant);
                Failure failure = hunt.run(from, seeds).failure();
                boolean again = failure != null && hunt.run(failure.seed(), 1).found();
                out.printf(row, plant.name(), failure == null ? "none" : failure.seed(), again ? "yes" : "NO",
                    failure == null ? "not found in " + seeds + " seeds" : replay(plant, failure));
                if (failure != null) {
                    out.printf(row, "", "", "", "  " + shortened(failure.said()));
                }
                found += again ? 1 : 0;
            } catch (PlantFailedException e) {
                out.printf(row, plant.name(), "none", "NO", e.getMessage());
            }
            out.flush();
        }
        out.printf("%d faults, %d found and failed again, %d s%n", plants.size(), found,
            TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began));
        return found == plants.size();
    }

    private static boolean fail(PlantFailedException why, PrintWriter err) {
        err.println(why.getMessage());
        err.flush();
        return false;
    }

    private static String shortened(String text) {
        return text.length() <= REASON_CHARACTERS_MAX ? text
            : text.substring(0, REASON_CHARACTERS_MAX - 3) + "...";
    }
}
