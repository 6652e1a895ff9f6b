using System.Globalization;
using Xunit;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>What takes minutes runs where it is asked for; what is left to chance can be repeated.</summary>
internal static class SlowTests
{
    /// <summary>Set to 1 for the slow part.</summary>
    public const string Variable = "PSMIGRATE_TEST_SLOW";

    /// <summary>The seed of an earlier run, to repeat it.</summary>
    public const string SeedVariable = "PSMIGRATE_TEST_SEED";

    public static int Seed { get; } = int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
        ? seed
        : Random.Shared.Next(100_000);

    public static bool Wanted { get; } = Environment.GetEnvironmentVariable(Variable) is "1" or "all";

    /// <summary>Set to all: whatever takes a sample even in the slow part takes all, for half an hour.</summary>
    public static bool Everything { get; } = Environment.GetEnvironmentVariable(Variable) == "all";

    public static void Only() => Assert.SkipUnless(Wanted, $"It takes minutes; set {Variable}=1.");
}
