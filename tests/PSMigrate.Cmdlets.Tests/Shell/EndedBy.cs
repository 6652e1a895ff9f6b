using System.Management.Automation;

namespace PSMigrate.Cmdlets.Tests.Shell;

/// <summary>Marks the error that ended a script among its output.</summary>
public sealed record EndedBy(ErrorRecord Error);
