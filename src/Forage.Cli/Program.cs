using Forage.Cli.Frame;

using var terminal = Terminal.OfProcess();
return CommandLine.Run(args, terminal);
