using System.CommandLine;
using System.CommandLine.Parsing;

namespace Forage.Cli.Frame;

/// <summary>Turns what the parser found wrong into one sentence with the offending value and a hint.</summary>
internal static class UsageErrors
{
    /// <summary>The first error of a command line; null if there is none.</summary>
    public static string? Describe(ParseResult parsed, Command command)
    {
        if (parsed.UnmatchedTokens.Count > 0 && command.Subcommands.Count > 0)
            return $"unknown subcommand '{parsed.UnmatchedTokens[0]}'{Hint(parsed.UnmatchedTokens[0], command.Subcommands.Select(c => c.Name))}";
        foreach (string token in parsed.UnmatchedTokens)
        {
            if (token.StartsWith('-') && token.Length > 1)
                return $"unknown option '{token}'{Hint(token, command.Options.SelectMany(o => o.Aliases.Prepend(o.Name)))}";
        }
        foreach (var argument in command.Arguments)
        {
            if (parsed.GetResult(argument) is not { } result || parsed.Tokens.Any(t => t.Type == TokenType.DoubleDash)) continue;
            foreach (var token in result.Tokens)
                if (token.Value.Length > 1 && token.Value[0] == '-' && !char.IsAsciiDigit(token.Value[1]))
                    return $"unknown option '{token.Value}'{Hint(token.Value, command.Options.SelectMany(o => o.Aliases.Prepend(o.Name)))}";
        }
        if (parsed.UnmatchedTokens.Count > 0) return $"did not expect '{parsed.UnmatchedTokens[0]}'";
        foreach (var error in parsed.Errors)
        {
            switch (error.SymbolResult)
            {
                case OptionResult { IdentifierToken: null } option: return $"option '{option.Option.Name}' is required";
                case OptionResult { Tokens: [] } option: return $"option '{option.Option.Name}' needs a value ({Wanted(option.Option)})";
                case OptionResult { Tokens: [var only] } option when error.Message.Contains("Cannot parse", StringComparison.Ordinal):
                    return $"option '{option.Option.Name}' got '{only.Value}', expected {Wanted(option.Option)}";
                case ArgumentResult { Argument: var argument, Tokens: [var only], Parent: OptionResult option } when error.Message.Contains("Cannot parse", StringComparison.Ordinal):
                    return $"option '{option.Option.Name}' got '{only.Value}', expected {Wanted(option.Option)}";
            }
            if (command.Subcommands.Count > 0) return $"say which: {string.Join(", ", command.Subcommands.Select(c => c.Name))}";
            foreach (var argument in command.Arguments)
                if (argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument) is null or { Tokens.Count: 0 }) return $"{argument.Name} is missing";
            return char.ToLowerInvariant(error.Message[0]) + error.Message[1..].TrimEnd('.');
        }
        return null;
    }

    /// <summary>"; did you mean 'x'?" if something known is near enough, else nothing.</summary>
    public static string Hint(string given, IEnumerable<string> known)
    {
        string? best = null;
        int distance = Math.Max(2, given.Length / 3) + 1;
        foreach (string name in known)
        {
            int d = EditDistance(given, name);
            if (d < distance || (name.StartsWith(given, StringComparison.Ordinal) && best is null)) (best, distance) = (name, d);
        }
        return best is null ? "" : $"; did you mean '{best}'?";
    }

    private static string Wanted(Option option)
    {
        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        return type == typeof(int) || type == typeof(long) ? "a whole number"
            : type == typeof(ulong) || type == typeof(uint) ? "a whole number ≥ 0"
            : type == typeof(double) || type == typeof(float) ? "a number"
            : option.HelpName ?? "a value";
    }

    private static int EditDistance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++) row[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], next);
            }
        }
        return row[b.Length];
    }
}
