using System.CommandLine;
using Forage.Cli.Frame;
using Forage.Training;

namespace Forage.Cli.Commands.Learning;

/// <summary>Goes on with a model that learns online.</summary>
/// <param name="options">The options of <c>learn</c>.</param>
/// <param name="path">The model.</param>
internal sealed class ResumedWay(LearnOptions options, string path) : LearnWay(options)
{
    public override string Name => "--resume";

    public override IEnumerable<Option> Takes => [Options.Resume, Options.AverageFrom, .. OnlineRun.Takes(Options)];

    public override string Refusal(Option option, IReadOnlyList<LearnWay> others) => $"forage learn: option '{option.Name}' cannot be given with --resume; the model keeps its own";

    public override int Run(ParseResult parsed, Session session)
    {
        if (parsed.Has(Options.Task)) throw new UsageException(Refusal(Options.Task, []));
        var input = OnlineRun.Open(Options, parsed, session);
        var earlier = TrainedModel.Load(path);
        if (earlier.Quantiles is not null) throw new UsageException("forage learn: quantiles cannot be resumed; they are learnt from all examples at once");
        if (earlier.Tree is not null) throw new UsageException("forage learn: a label tree cannot be resumed; it is learnt from all examples at once");
        return OnlineRun.Run(Options, parsed, session, earlier, CsvColumnOptions.WithSchema(input, earlier.Recipe.Csv));
    }
}
