using System.CommandLine;
using Forage.Cli.Frame;
using Forage.Linear;
using Forage.Multiclass.Trees;
using Forage.Training;

namespace Forage.Cli.Commands.Learning;

/// <summary>Numbers, classes and sets of labels, example by example: linear learners, and trees over classes.</summary>
/// <param name="options">The options of <c>learn</c>.</param>
/// <param name="task">The task.</param>
/// <param name="tree">How a tree over classes is made; null for linear learners.</param>
internal sealed class OnlineWay(LearnOptions options, TaskKind task, TreeMethod? tree = null) : LearnWay(options)
{
    public override string Name => $"--task {ExampleTasks.NameOf(task)}" + (task is TaskKind.Multiclass or TaskKind.Multilabel ? $" --method {(tree is { } method ? ClassTreeLine.NameOf(method) : "oaa")}" : "");

    public override (string Name, int Count) Family => tree is null ? base.Family : ("trees over classes (--task multiclass --method lomtree, …)", Enum.GetValues<TreeMethod>().Length);

    public override IEnumerable<Option> Takes =>
    [
        .. OnlineRun.Takes(Options), .. Options.Columns.All, .. Options.Learning.All,
        .. tree is { } method ? Options.ClassTree.Of(method) : [Options.KeepNames, Options.AverageFrom],
        .. task is TaskKind.Multiclass or TaskKind.Multilabel ? new Option[] { Options.Method, Options.Classes } : [],
        .. task is TaskKind.Multiclass && tree is null ? new Option[] { Options.PositiveWeight } : [],
    ];

    public override int Run(ParseResult parsed, Session session)
    {
        if (parsed.GetValue(Options.PositiveWeight) is { } weight && (!(weight > 0) || !float.IsFinite(weight)))
            throw new UsageException(FormattableString.Invariant($"forage learn: option '--positive-weight' got '{weight}', expected a positive number"));
        var input = OnlineRun.Open(Options, parsed, session);
        var learning = Options.Learning.Read(parsed, tree is { } kind ? ClassTreeLine.DefaultLoss(kind) : ExampleTasks.DefaultLoss(task), defaultBits: tree is null ? 18 : 32);
        if (!ExampleTasks.Takes(task, learning.Loss, tree)) throw new UsageException(WrongLoss(learning.Loss));
        bool keepNames = parsed.GetValue(Options.KeepNames);
        if (keepNames && input.Format != InputFormat.Vw) throw new UsageException($"forage learn: --keep-names is for the format vw, and the input is {InputFormats.NameOf(input.Format)}");
        input = Options.Columns.WithSchema(parsed, input, task, session);
        var (first, slots) = CountClasses(parsed.GetValue(Options.Classes), input);
        var recipe = new ModelRecipe
        {
            Task = task,
            Format = input.Format,
            Seed = session.Seed,
            FirstClass = first,
            PositiveWeight = parsed.GetValue(Options.PositiveWeight) is { } positive and not 1 ? positive : null,
            Classes = input.Schema is { Classes: { Count: > 0 } names } ? names : null,
            Csv = input.Schema is { } schema ? CsvColumnOptions.Declared(schema) : null,
        };
        var model = tree is { } method ? new TrainedModel(recipe, ClassTree.Create(method, slots, Options.ClassTree.Read(parsed, learning, session.Seed)))
            : new TrainedModel(recipe, new LinearLearner(learning, slots), keepNames ? new FeatureNames() : null);
        return OnlineRun.Run(Options, parsed, session, model, input);
    }

    private string WrongLoss(LossKind loss)
    {
        string[] trees = [.. Enum.GetValues<TreeMethod>().Where(method => ExampleTasks.Takes(TaskKind.Multiclass, loss, method)).Select(ClassTreeLine.NameOf)];
        return $"forage learn: {loss.ToString().ToLowerInvariant()} loss is of numbers" + (task == TaskKind.Multiclass && trees.Length > 0 ? $" and of --method {string.Join(", ", trees[..^1])} or {trees[^1]}, not of {Name}" : $", not of the task {ExampleTasks.NameOf(task)}");
    }

    private (int First, int Slots) CountClasses(int? given, TrainingInput input)
    {
        if (given is < 2 or > ClassScan.MostClasses) throw new UsageException($"forage learn: option '--classes' got '{given}', expected 2 to {ClassScan.MostClasses}");
        if (task is TaskKind.Regress or TaskKind.Classify) return (0, 1);
        if (task == TaskKind.Multiclass && input.Schema is { Classes.Count: > 1 and var named }) return (1, named);
        if (task == TaskKind.Multilabel && input.Format == InputFormat.Xmc && given is null) return (0, ClassScan.OfMultilabel(input));
        if (input.Source.Length is null)
            return given is { } k ? (task == TaskKind.Multiclass ? 1 : 0, k) : throw new UsageException("forage learn: standard input cannot be looked through first; say how many --classes there are");
        if (task == TaskKind.Multilabel) return (0, given ?? Math.Max(2, ClassScan.OfMultilabel(input)));
        var (first, last) = ClassScan.OfExamples(input);
        first = Math.Min(first, 1);
        return (first, given ?? Math.Max(2, last - first + 1));
    }
}
