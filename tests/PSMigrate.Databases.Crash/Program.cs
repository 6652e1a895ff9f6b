using PSMigrate.Databases.Crash;

// An operator's process: <room> <act> <moment to die at: its number or what it is called; 0 for none> [steps one by one]
var room = new CrashRoom(args[0]);
var kills = new KillSwitch(args[2]);
StatementMoments.ReportTo(kills);
var options = new PSMigrate.Engine.RunOptions { GroupSteps = args.Length < 4 };
var outcome = await new Operator(room, kills) { Options = options }.ActAsync(Enum.Parse<OperatorAct>(args[1]), CancellationToken.None);
if (args[2] == "0")
{
    File.WriteAllLines(room.Moments, kills.Moments);
}

Console.WriteLine(outcome);
return outcome.Succeeded ? 0 : 1;
