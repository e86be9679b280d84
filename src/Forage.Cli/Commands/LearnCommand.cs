using System.CommandLine;
using System.Diagnostics;
using Forage.Cli.Frame;
using Forage.Linear;
using Forage.Multiclass.Trees;
using Forage.Training;

namespace Forage.Cli.Commands;

/// <summary><c>learn</c>: a model from examples.</summary>
internal sealed class LearnCommand : CliCommand
{
    public const string Summary = "Learn a model from examples";

    private readonly InputOptions _input = new();
    private readonly LearningOptions _learning = new();
    private readonly Option<string?> _task = new("--task") { Description = "regress, classify (-1 or 1), multiclass, multilabel, quantile, bandit, sequence, entities or dependency [regress; classify for logistic and hinge loss]", HelpName = "NAME" };
    private readonly Option<string?> _method = new("--method") { Description = "Of the task bandit: mtr, dm, dr, ips or snips [mtr]; of multiclass: oaa (one against all) or for many classes lomtree, random-tree, filter-tree, recall-tree [oaa]; of multilabel: oaa or tree (in memory, for many labels) [oaa]; of quantile: boosted, smooth, blend, tree, bagged, logistic, online, onetree, linear or kernel [boosted]", HelpName = "NAME" };
    private readonly Option<int?> _actions = new("--actions") { Description = "Of the task bandit: number of actions, if they are fixed", HelpName = "K" };
    private readonly CsvColumnOptions _columns = new();
    private readonly TreeOptions _tree = new();
    private readonly ClassTreeLine _classTree = new();
    private readonly QuantileOptions _quantiles = new();
    private readonly SequenceOptions _sequence = new();
    private readonly Option<int?> _classes = new("--classes") { Description = "Number of classes or labels [found by reading the file first]", HelpName = "K" };
    private readonly Option<float?> _positive = new("--positive-weight") { Description = "Of one against all: importance of an example for the regressor of its own class, 1 for the others [1]", HelpName = "W" };
    private readonly Option<string?> _model = new("--model", "-m") { Description = "Where to write the model", HelpName = "FILE" };
    private readonly Option<string?> _resume = new("--resume") { Description = "Go on from this model; its options stay", HelpName = "FILE" };
    private readonly Option<int> _passes = new("--passes") { Description = "Most passes over the data", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<int?> _holdOut = new("--holdout") { Description = "Keep every Nth example out to tell when to stop; 0 for none [10 with several passes, else 0]", HelpName = "N" };
    private readonly Option<int> _patience = new("--patience") { Description = "Stop after this many passes without a better held-out loss", HelpName = "N", DefaultValueFactory = _ => 3 };
    private readonly Option<bool> _cache = new("--cache") { Description = "Keep a binary cache beside the file, for later passes and runs" };
    private readonly Option<string?> _cacheFile = new("--cache-file") { Description = "Keep the cache here; allows several passes over standard input", HelpName = "FILE" };
    private readonly Option<bool> _keepNames = new("--keep-names") { Description = "Keep the names of features in the model, for inspect and reports; slower" };
    private readonly Option<string?> _report = new("--report") { Description = "Write an HTML report", HelpName = "FILE" };

    public LearnCommand() : base("learn", Summary)
    {
        _input.AddTo(this);
        Options.Add(_task);
        Options.Add(_model);
        Options.Add(_resume);
        Options.Add(_passes);
        Options.Add(_holdOut);
        Options.Add(_patience);
        Options.Add(_cache);
        Options.Add(_cacheFile);
        Options.Add(_keepNames);
        Options.Add(_classes);
        Options.Add(_positive);
        Options.Add(_method);
        Options.Add(_actions);
        Options.Add(_report);
        _columns.AddTo(this);
        _learning.AddTo(this);
        _tree.AddTo(this);
        _classTree.AddTo(this);
        _quantiles.AddTo(this);
        _sequence.AddTo(this);
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
        string? modelPath = parsed.GetValue(_model);
        string? name = TaskName(parsed);
        if (parsed.GetValue(_positive) is { } positive)
        {
            if (name != "multiclass" || ReadMethod(parsed).Classes is not null) throw new UsageException("forage learn: option '--positive-weight' is of --task multiclass --method oaa");
            if (!(positive > 0) || !float.IsFinite(positive)) throw new UsageException(FormattableString.Invariant($"forage learn: option '--positive-weight' got '{positive}', expected a positive number"));
        }
        if (name == "bandit") return RunBandit(parsed, session, modelPath);
        if (name is not null && SequenceOptions.Tasks.Contains(name)) return RunSequence(parsed, session, name, modelPath);
        var task = ReadTask(parsed);
        if (_sequence.FirstGiven(parsed) is { } sequenceOption) throw new UsageException($"forage learn: option '{sequenceOption}' is of the tasks {string.Join(", ", SequenceOptions.Tasks)}");
        if (parsed.GetValue(_actions) is not null) throw new UsageException("forage learn: --actions is of the task bandit");
        if (task == TaskKind.Quantile) return RunQuantile(parsed, session, modelPath);
        if (_quantiles.FirstGiven(parsed) is { } ofQuantiles) throw new UsageException($"forage learn: option '{ofQuantiles}' is of --task quantile");
        var (labels, classTree) = ReadMethod(parsed);
        bool tree = labels == LabelMethod.Tree;
        if (classTree is null && _classTree.FirstGiven(parsed) is { } nodeOption) throw new UsageException($"forage learn: option '{nodeOption}' is of trees over classes (--task multiclass --method lomtree, …)");
        if (!tree && _tree.FirstGiven(parsed) is { } treeOption) throw new UsageException($"forage learn: option '{treeOption}' is of --task multilabel --method tree");
        var input = _input.Open(parsed, session);
        if (tree) return RunTree(parsed, session, input, modelPath);
        input = input with { CachePath = parsed.GetValue(_cacheFile) ?? (parsed.GetValue(_cache) ? CacheBeside(parsed) : null) };
        (var model, input) = Start(parsed, session, input, task, classTree);
        var options = new TrainingOptions { Passes = parsed.GetValue(_passes), HoldOutEvery = parsed.GetValue(_holdOut), Patience = parsed.GetValue(_patience) };
        UsageException.Check("learn", options.Validate);

        var trace = new List<ProgressiveRow>();
        long start = session.Terminal.Clock.GetTimestamp();
        TrainingResult result;
        using (var meter = session.Progress("learning", "examples"))
        {
            var table = new TraceTable(meter, model.Recipe.Task != TaskKind.Regress);
            var job = new TrainingJob(input, options)
            {
                Trace = row =>
                {
                    trace.Add(row);
                    table.Write(row);
                },
                Progress = (pass, loss, share) => meter.Report(loss.Examples, share, $"loss {LearnOutput.Number(loss.AverageLoss)}{(options.Passes > 1 ? $", pass {pass + 1}" : "")}"),
            };
            (model, result) = job.Run(model, session.Cancellation);
        }
        double seconds = session.Terminal.Clock.GetElapsedTime(start).TotalSeconds;
        if (modelPath is not null) model.Save(modelPath);
        using (model)
        {
            var output = LearnOutput.Of(model, input, result, trace, seconds, modelPath, Process.GetCurrentProcess().PeakWorkingSet64);
            if (parsed.GetValue(_report) is { } report) LearnReport.Make(session, model, output, _input.PathOf(parsed)).Save(report);
            if (session.Json) session.WriteJson(output, LearnJson.Readable.LearnOutput);
            else output.Print(session.Out);
        }
        if (result.Failure is { } failure) throw failure;
        if (!result.Interrupted) return ExitCode.Fine;
        session.Warn("interrupted" + (modelPath is null ? "" : $"; the model learnt so far is in {modelPath}"));
        return ExitCode.Interrupted;
    }

    private int RunBandit(ParseResult parsed, Session session, string? modelPath)
    {
        if (parsed.GetValue(_resume) is not null || parsed.GetValue(_cache) || parsed.GetValue(_cacheFile) is not null || parsed.GetValue(_keepNames) || parsed.GetValue(_classes) is not null
            || parsed.GetValue(_holdOut) is not null || parsed.GetValue(_report) is not null)
            throw new UsageException("forage learn: the task bandit has no --resume, --cache, --keep-names, --classes, --holdout or --report; 'forage improve' validates and reports");
        return LearnBandit.Run(session, _input.PathOf(parsed), _input.FormatName(parsed), parsed.GetValue(_actions), parsed.GetValue(_method),
            _learning.Read(parsed, LossKind.Squared), parsed.GetValue(_passes), _input.Reading(parsed), modelPath);
    }

    private int RunSequence(ParseResult parsed, Session session, string task, string? modelPath)
    {
        string? other = _learning.FirstGiven(parsed) ?? _tree.FirstGiven(parsed) ?? _classTree.FirstGiven(parsed) ?? _quantiles.FirstGiven(parsed) ?? new Option[] { _method, _actions, _resume, _cache, _cacheFile, _keepNames, _classes, _report }.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false })?.Name;
        if (other is not null) throw new UsageException($"forage learn: option '{other}' is not of the task {task}");
        int? passes = parsed.GetResult(_passes) is { Implicit: false } ? parsed.GetValue(_passes) : null;
        return LearnSequence.Run(parsed, session, _sequence, task, _input.PathOf(parsed), _input.FormatName(parsed), _input.Reading(parsed), passes, parsed.GetValue(_holdOut), modelPath);
    }

    private int RunTree(ParseResult parsed, Session session, TrainingInput input, string? modelPath)
    {
        if (parsed.GetValue(_resume) is not null || parsed.GetValue(_cache) || parsed.GetValue(_cacheFile) is not null || parsed.GetValue(_keepNames) || parsed.GetValue(_report) is not null
            || parsed.GetValue(_passes) != 1)
            throw new UsageException("forage learn: a label tree is learnt from all examples at once; it has no --resume, --passes, --cache, --keep-names or --report");
        if (_learning.FirstGiven(parsed, "--loss") is { } online) throw new UsageException($"forage learn: option '{online}' is of learners that learn online, not of a label tree");
        int holdOut = parsed.GetValue(_holdOut) ?? 0;
        if (holdOut is < 0 or 1) throw new UsageException($"forage learn: option '--holdout' got '{holdOut}', expected 0 (none) or at least 2");
        var options = _tree.Read(parsed, _learning.LossName(parsed), session.Seed);
        int labels = parsed.GetValue(_classes) ?? (input.Format == InputFormat.Xmc ? ClassScan.OfMultilabel(input) : 0);
        return LearnTree.Run(session, input, options, labels, holdOut, 1 + input.Reading.Helpers, modelPath);
    }

    private int RunQuantile(ParseResult parsed, Session session, string? modelPath)
    {
        if (parsed.GetValue(_resume) is not null || parsed.GetValue(_cache) || parsed.GetValue(_cacheFile) is not null || parsed.GetValue(_keepNames) || parsed.GetValue(_classes) is not null || parsed.GetValue(_passes) != 1)
            throw new UsageException("forage learn: quantiles are learnt from all examples at once; the task has no --resume, --passes, --cache, --keep-names or --classes");
        if (_learning.FirstGiven(parsed, "--tau") is { } online) throw new UsageException($"forage learn: option '{online}' is of learners that learn online, not of the task quantile");
        if ((_tree.FirstGiven(parsed) ?? _classTree.FirstGiven(parsed)) is { } treeOption) throw new UsageException($"forage learn: option '{treeOption}' is of trees over labels or classes, not of the task quantile");
        int holdOut = parsed.GetValue(_holdOut) ?? 0;
        if (holdOut is < 0 or 1) throw new UsageException($"forage learn: option '--holdout' got '{holdOut}', expected 0 (none) or at least 2");
        var recipe = _quantiles.Read(parsed, parsed.GetValue(_method), _learning.Taus(parsed));
        var input = _columns.WithSchema(parsed, _input.Open(parsed, session), TaskKind.Quantile);
        return LearnQuantile.Run(session, input, recipe, holdOut, 1 + input.Reading.Helpers, modelPath, parsed.GetValue(_report), _input.PathOf(parsed));
    }

    private (LabelMethod Labels, TreeMethod? Classes) ReadMethod(ParseResult parsed)
    {
        if (parsed.GetValue(_method) is not { } name) return (LabelMethod.Oaa, null);
        if (TaskName(parsed) == "multiclass") return (LabelMethod.Oaa, ClassTreeLine.Parse(name));
        if (TaskName(parsed) != "multilabel") throw new UsageException("forage learn: --method is of the tasks bandit, multiclass, multilabel and quantile");
        return name.ToLowerInvariant() switch
        {
            "oaa" => (LabelMethod.Oaa, null),
            "tree" => (LabelMethod.Tree, null),
            _ => throw new UsageException($"forage learn: option '--method' got '{name}', expected oaa or tree"),
        };
    }

    private string CacheBeside(ParseResult parsed)
        => _input.PathOf(parsed) is { } path ? path + ".cache" : throw new UsageException("forage learn: --cache needs a file; for standard input say --cache-file FILE");

    private (TrainedModel, TrainingInput) Start(ParseResult parsed, Session session, TrainingInput input, TaskKind task, TreeMethod? classTree)
    {
        bool keepNames = parsed.GetValue(_keepNames);
        if (parsed.GetValue(_resume) is { } resume)
        {
            string? fixedOption = parsed.GetValue(_task) is not null ? "--task" : keepNames ? "--keep-names" : parsed.GetValue(_classes) is not null ? "--classes" : parsed.GetValue(_positive) is not null ? "--positive-weight" : _learning.FirstGiven(parsed) ?? (classTree is null ? null : "--method");
            if (fixedOption is not null) throw new UsageException($"forage learn: option '{fixedOption}' cannot be given with --resume; the model keeps its own");
            var earlier = TrainedModel.Load(resume);
            if (earlier.Quantiles is not null) throw new UsageException("forage learn: quantiles cannot be resumed; they are learnt from all examples at once");
            if (earlier.Tree is not null) throw new UsageException("forage learn: a label tree cannot be resumed; it is learnt from all examples at once");
            return (earlier, CsvColumnOptions.WithSchema(input, earlier.Recipe.Csv));
        }
        var learning = _learning.Read(parsed, classTree is { } kind ? ClassTreeLine.DefaultLoss(kind) : ExampleTasks.DefaultLoss(task), defaultBits: classTree is null ? 18 : 32);
        if (!ExampleTasks.Takes(task, learning.Loss)) throw new UsageException($"forage learn: {learning.Loss.ToString().ToLowerInvariant()} loss is of numbers, not of the task {ExampleTasks.NameOf(task)}");
        if (keepNames && input.Format != InputFormat.Vw) throw new UsageException($"forage learn: --keep-names is for the format vw, and the input is {InputFormats.NameOf(input.Format)}");
        if (keepNames && classTree is not null) throw new UsageException("forage learn: --keep-names is not for trees over classes");
        input = _columns.WithSchema(parsed, input, task);
        var (first, slots) = CountClasses(parsed, input, task);
        var recipe = new ModelRecipe
        {
            Task = task,
            Format = input.Format,
            Seed = session.Seed,
            FirstClass = first,
            PositiveWeight = parsed.GetValue(_positive) is { } positive and not 1 ? positive : null,
            Classes = input.Schema is { Classes: { Count: > 0 } names } ? names : null,
            Csv = input.Schema is { } schema ? CsvColumnOptions.Declared(schema) : null,
        };
        if (classTree is { } method) return (new TrainedModel(recipe, ClassTree.Create(method, slots, _classTree.Read(parsed, learning, session.Seed))), input);
        return (new TrainedModel(recipe, new LinearLearner(learning, slots), keepNames ? new FeatureNames() : null), input);
    }

    private string? TaskName(ParseResult parsed) => parsed.GetValue(_task)?.ToLowerInvariant();

    private TaskKind ReadTask(ParseResult parsed)
    {
        string name = TaskName(parsed) ?? (_learning.LossName(parsed) is "logistic" or "hinge" ? "classify" : "regress");
        return ExampleTasks.Parse(name) ?? throw new UsageException($"forage learn: option '--task' got '{name}', expected {string.Join(", ", [.. ExampleTasks.Names, "bandit", .. SequenceOptions.Tasks])}");
    }

    private (int First, int Slots) CountClasses(ParseResult parsed, TrainingInput input, TaskKind task)
    {
        int? given = parsed.GetValue(_classes);
        if (given is < 2 or > ClassScan.MostClasses) throw new UsageException($"forage learn: option '--classes' got '{given}', expected 2 to {ClassScan.MostClasses}");
        if (task is TaskKind.Regress or TaskKind.Classify)
            return given is null ? (0, 1) : throw new UsageException($"forage learn: --classes is not of the task {ExampleTasks.NameOf(task)}");
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
