using System.CommandLine;
using Forage.Cli.Frame;

namespace Forage.Cli.Commands.Learning;

/// <summary>One of the ways in which <c>learn</c> learns: which options it takes and what it does.</summary>
/// <param name="options">The options of <c>learn</c>.</param>
internal abstract class LearnWay(LearnOptions options)
{
    /// <summary>What messages call it: how it is asked for.</summary>
    public abstract string Name { get; }

    /// <summary>What messages call it together with all others of its family, and how many these are in all.</summary>
    public virtual (string Name, int Count) Family => (Name, 1);

    /// <summary>The options it takes, but for those of every way.</summary>
    public abstract IEnumerable<Option> Takes { get; }

    /// <summary>Learns.</summary>
    /// <returns>The exit code.</returns>
    public abstract int Run(ParseResult parsed, Session session);

    /// <summary>The options of <c>learn</c>.</summary>
    protected LearnOptions Options => options;

    /// <summary>What to say of an option it does not take.</summary>
    /// <param name="option">The option.</param>
    /// <param name="others">The ways that take it.</param>
    public virtual string Refusal(Option option, IReadOnlyList<LearnWay> others)
    {
        string[] names = [.. others.GroupBy(w => w.Family).SelectMany(family => family.Count() == family.Key.Count ? [family.Key.Name] : family.Select(w => w.Name))];
        return $"forage learn: option '{option.Name}' is not of {Name}" + (names.Length is > 0 and <= Most ? $"; it is of {string.Join(" and ", names)}" : "");
    }

    /// <summary>More ways than this are not listed.</summary>
    private const int Most = 3;

    /// <summary>Tells that every so many-th example was to be held out and there are too few.</summary>
    public static void WarnNothingHeldOut(Session session, int every, long examples) => session.Warn($"every {every}th of {Numbers.Count(examples)} examples is none: nothing was held out");

    /// <summary>Every how many-th example is held out.</summary>
    protected int? HoldOut(ParseResult parsed)
    {
        int? every = parsed.GetValue(options.HoldOut);
        return every is < 0 or 1 ? throw new UsageException($"forage learn: option '--holdout' got '{every}', expected 0 (none) or at least 2") : every;
    }
}
