using CsCheck;
using PSMigrate.Plans;
using PSMigrate.Reports;

namespace PSMigrate.Core.Tests.Reports;

public sealed class PlanTextTests
{
    [Fact]
    public void Keeps_to_the_width_and_shows_nothing_that_moves_the_cursor() =>
        Gen.Select(HostileText.Any, Gen.Int[50, 140]).Sample((text, width) =>
        {
            foreach (var line in PlanText.Write(SamplePlans.Of(text), width).Split('\n'))
            {
                Assert.True(line.Length <= width, $"{line.Length} > {width}: {line}");
                Assert.DoesNotContain(line, char.IsControl);
            }
        }, iter: 300);

    [Fact]
    public void Reads_like_the_template()
    {
        var plan = SamplePlans.Of("add_email") with
        {
            Changes = [new Change("add_email", "add column customers.email", "", "email TEXT", RiskLevel.Low)],
            RollbackSteps = [new RollbackStep("add_email", Reversibility.Inverse, "author", true, "BEGIN;\n  ALTER TABLE customers\n    DROP COLUMN email;\nCOMMIT;")],
        };
        var text = PlanText.Write(plan, 80);
        Assert.StartsWith("Migration plan: add_email\n\nOverview\n  Name                add_email\n  Type                Schema, Data\n", text);
        Assert.Contains("""
            Changes
              Change                      Before  After       Risk
              --------------------------  ------  ----------  ----
              add column customers.email  -       email TEXT  Low
            """.ReplaceLineEndings("\n"), text);
        Assert.Contains("""
            Rollback
              1. add_email: by its inverse; written by the author; proved
                  BEGIN;
                    ALTER TABLE customers
                      DROP COLUMN email;
                  COMMIT;
            """.ReplaceLineEndings("\n"), text);
        Assert.EndsWith("Dependencies\n  - add_email", text);
    }
}
