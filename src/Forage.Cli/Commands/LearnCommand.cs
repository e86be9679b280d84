using System.CommandLine;
using Forage.Cli.Commands.Learning;
using Forage.Cli.Frame;
using Forage.Multiclass.Trees;
using Forage.Training;

namespace Forage.Cli.Commands;

/// <summary><c>learn</c>: a model from examples, in one of several ways.</summary>
internal sealed class LearnCommand : CliCommand
{
    public const string Summary = "Learn a model from examples";

    private readonly LearnOptions _options = new();

    public LearnCommand() : base("learn", Summary)
    {
        _options.Input.AddTo(this);
        foreach (var option in _options.Ungrouped) Options.Add(option);
        foreach (var group in _options.Groups) Add(group);
    }

    public override IReadOnlyList<Example> Examples =>
    [
        new("learn --task classify train.vw -m model.forage", "Learn two classes and keep the model"),
        new("learn --task classify train.vw.gz -q ab --passes 10 -m model.forage", "Cross namespaces a.. and b.., go through the data up to ten times"),
        new("learn --task multiclass letters.csv --target letter -m model.forage", "Classes by name from a column; every column becomes features"),
        new("learn --task multiclass --method recall-tree names.vw -m names.forage", "Very many classes in time that grows with their logarithm"),
        new("learn big.vw --loss quantile --tau 0.9 --passes 5 --cache -m model.forage", "The 90 % quantile; passes after the first read a binary cache"),
        new("learn --task multilabel --method tree tags.xmc --trees 3 -m tags.forage", "Sets of many labels by an average of three label trees"),
        new("learn --task quantile --tau 0.1,0.5,0.9 houses.csv --holdout 3 -m m.forage", "Three quantiles by classification, in memory; every third row measures them"),
        new("learn --task bandit log.dsjson -q ui -m policy.forage", "A policy from logged decisions, users crossed with items"),
        new("learn --task sequence train.conllu --dev dev.conllu -m tags.forage", "Parts of speech of words, the pass chosen by other sentences"),
        new("learn --task entities train.txt --encoding bio -m chunks.forage", "Spans over words with tags; what is predicted is well formed"),
        new("learn --task dependency train.conllu -m parser.forage", "Heads and relations of words"),
        new("learn more.vw --resume model.forage -m model.forage", "Go on with new data as if learning had never stopped"),
    ];

    public override string Notes =>
        "The loss shown is progressive: every example is predicted before it is learnt from. The table has a row whenever the number of examples has doubled.";

    public override int Run(ParseResult parsed, Session session)
    {
        var way = WayOf(parsed);
        Option[] takes = [_options.Task, _options.Model, .. way.Takes];
        if (parsed.FirstOf(_options.All.Except(takes).Where(o => !IsDefault(parsed, o))) is { } other) throw new UsageException(way.Refusal(other, [.. Ways().Where(w => w.Takes.Contains(other))]));
        return way.Run(parsed, session);
    }

    /// <summary>All ways but the resumed one, to be named in messages.</summary>
    private LearnWay[] Ways() =>
    [
        new OnlineWay(_options, TaskKind.Regress), new OnlineWay(_options, TaskKind.Classify), new OnlineWay(_options, TaskKind.Multiclass),
        .. Enum.GetValues<TreeMethod>().Select(method => new OnlineWay(_options, TaskKind.Multiclass, method)), new OnlineWay(_options, TaskKind.Multilabel),
        new LabelTreeWay(_options), new QuantileWay(_options), new BanditWay(_options), .. SequenceOptions.Tasks.Select(task => new SequenceWay(_options, task)),
    ];

    /// <summary>What says no more than is so anyway does no harm: one pass of what has no passes.</summary>
    private static bool IsDefault(ParseResult parsed, Option option) => option is Option<int> { HasDefaultValue: true } number && Equals(parsed.GetValue(number), number.GetDefaultValue());

    private LearnWay WayOf(ParseResult parsed)
    {
        if (parsed.GetValue(_options.Resume) is { } resumed) return new ResumedWay(_options, resumed);
        string name = parsed.GetValue(_options.Task)?.ToLowerInvariant() ?? (_options.Learning.LossName(parsed) is "logistic" or "hinge" ? "classify" : "regress");
        string? method = parsed.GetValue(_options.Method)?.ToLowerInvariant();
        if (name == "bandit") return new BanditWay(_options);
        if (SequenceOptions.Tasks.Contains(name)) return new SequenceWay(_options, name);
        return ExampleTasks.Parse(name) switch
        {
            TaskKind.Quantile => new QuantileWay(_options),
            TaskKind.Multiclass => new OnlineWay(_options, TaskKind.Multiclass, method is null ? null : ClassTreeLine.Parse(method)),
            TaskKind.Multilabel when method == "tree" => new LabelTreeWay(_options),
            TaskKind.Multilabel when method is not (null or "oaa") => throw new UsageException($"forage learn: option '--method' got '{method}', expected oaa or tree"),
            { } task => new OnlineWay(_options, task),
            null => throw new UsageException($"forage learn: option '--task' got '{name}', expected {string.Join(", ", [.. ExampleTasks.Names, "bandit", .. SequenceOptions.Tasks])}"),
        };
    }
}
