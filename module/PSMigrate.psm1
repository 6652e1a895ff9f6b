# The loader is the one assembly that goes into the default load context; it keeps the cmdlets and their dependencies in a
# context of their own. Only .NET is called here: the module must import where no other module is on board.
if (-not ('PSMigrate.Loader.CmdletAssembly' -as [type])) {
    $null = [System.Reflection.Assembly]::LoadFrom([System.IO.Path]::Combine($PSScriptRoot, 'bin', 'PSMigrate.Loader.dll'))
}

$cmdletAssembly = [PSMigrate.Loader.CmdletAssembly]::Load([System.IO.Path]::Combine($PSScriptRoot, 'bin'))
$cmdletModule = Microsoft.PowerShell.Core\Import-Module -Assembly $cmdletAssembly -PassThru

# An assembly that this runspace has imported before is taken from a cache, and its cmdlets are then not added to the module
# that imports it (https://github.com/PowerShell/PowerShell/issues/20710): `Import-Module -Force` would lose them all.
$module = $ExecutionContext.SessionState.Module
$addExportedCmdlet = [System.Management.Automation.PSModuleInfo].GetMethod(
    'AddExportedCmdlet', [System.Reflection.BindingFlags]'Instance, NonPublic')
foreach ($cmdlet in $cmdletModule.ExportedCmdlets.Values) {
    if (-not $module.ExportedCmdlets.ContainsKey($cmdlet.Name)) {
        $null = $addExportedCmdlet.Invoke($module, @(, $cmdlet))
    }
}
