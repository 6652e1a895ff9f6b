using System.Xml.Linq;
using PSMigrate.Backups;
using PSMigrate.Integrity;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Core.Tests;

/// <summary>How PowerShell shows our types is said by name only: the names must be right.</summary>
public sealed class FormatViewTests
{
    private static readonly XElement[] Views =
        [.. XDocument.Load(Path.Combine(DocumentationTests.Root, "module", "PSMigrate.Format.ps1xml")).Descendants("View")];

    [Fact]
    public void Every_type_that_is_put_out_has_a_table_and_a_list()
    {
        Type[] shown =
        [
            typeof(MigrationPlan), typeof(Change), typeof(Finding), typeof(RollbackStep), typeof(PlannedStep), typeof(HistoryEntry), typeof(Backup), typeof(IntegrityResult), typeof(QuarantineItem), typeof(RetentionItem), typeof(UndoConflict),
            .. typeof(Evidence).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Evidence))),
        ];
        Assert.All(shown, type =>
        {
            Assert.Contains(Views, view => TypesOf(view).Contains(type) && view.Element("TableControl") is not null);
            Assert.Contains(Views, view => TypesOf(view).Contains(type) && view.Element("ListControl") is not null);
        });
    }

    [Fact]
    public void A_plan_is_shown_as_a_whole_unless_asked_otherwise() =>
        Assert.NotNull(Views.First(view => TypesOf(view).Contains(typeof(MigrationPlan))).Element("CustomControl"));

    [Fact]
    public void Every_property_is_there() => Assert.All(Views, view => Assert.All(view.Descendants("PropertyName"), property =>
        Assert.All(TypesOf(view), type => Assert.NotNull(type!.GetProperty(property.Value)))));

    [Fact]
    public void Every_table_has_as_many_columns_as_headers() => Assert.All(Views.Where(v => v.Element("TableControl") is not null), view =>
        Assert.Equal(view.Descendants("TableColumnHeader").Count(), view.Descendants("TableColumnItem").Count()));

    [Fact]
    public void Names_are_unique() => Assert.Equal(Views.Length, Views.Select(v => v.Element("Name")!.Value).Distinct().Count());

    private static IEnumerable<Type?> TypesOf(XElement view) =>
        view.Element("ViewSelectedBy")!.Elements("TypeName").Select(name => typeof(MigrationPlan).Assembly.GetType(name.Value, throwOnError: true));
}
