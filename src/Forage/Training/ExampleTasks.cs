using Forage.Data;
using Forage.Linear;
using Forage.Multiclass.Trees;
using Forage.Training.Internals;

namespace Forage.Training;

/// <summary>What to do with examples under each task, and the default options of its learner.</summary>
public static class ExampleTasks
{
    /// <summary>Tasks there are, as typed.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<TaskKind>().Select(NameOf)];

    /// <summary>The name of a task.</summary>
    public static string NameOf(TaskKind task) => task.ToString().ToLowerInvariant();

    /// <summary>The task of a name; null if there is none.</summary>
    public static TaskKind? Parse(string name)
    {
        foreach (var task in Enum.GetValues<TaskKind>())
            if (NameOf(task) == name.ToLowerInvariant()) return task;
        return null;
    }

    /// <summary>The task of a model whose examples have one label each.</summary>
    public static IExampleTask<ExampleBatch> Examples(TrainedModel model) => model.Recipe.Task switch
    {
        TaskKind.Regress => new LinearTask(model.Learner, classify: false),
        TaskKind.Classify => new LinearTask(model.Learner, classify: true),
        TaskKind.Multiclass when model.ClassTree is { } tree => new ClassTreeTask(tree, model.Recipe.FirstClass),
        TaskKind.Quantile => new QuantileTask(model.Quantiles ?? throw new InvalidOperationException("A model of quantiles without quantiles.")),
        TaskKind.Multiclass => new MulticlassTask(model.Learner, model.Recipe.FirstClass, model.Recipe.PositiveWeight ?? 1),
        var other => throw new NotSupportedException($"Task {other} has no single labels."),
    };

    /// <summary>The task of a model whose examples have sets of labels.</summary>
    public static IExampleTask<MultilabelBatch> Multilabel(TrainedModel model) => Sets(model, 1);

    /// <summary>The same as what ranks labels.</summary>
    /// <param name="model">The model.</param>
    /// <param name="top">How many labels will be asked for.</param>
    internal static ISetTask Sets(TrainedModel model, int top) => model.Tree is { } tree ? new TreeTask(tree, top) : new MultilabelTask(model.Learner);

    /// <summary>The loss of a task unless told otherwise.</summary>
    public static LossKind DefaultLoss(TaskKind task) => task switch { TaskKind.Regress => LossKind.Squared, TaskKind.Quantile => LossKind.Quantile, _ => LossKind.Logistic };

    /// <summary>The losses a task can do with. The nodes of a tree tell two sides apart, so that the median of ±1 says which is likelier; of many classes each is rarer than the rest, and the median of all is -1.</summary>
    /// <param name="task">The task.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="tree">How a tree over the classes is made; null if there is none.</param>
    public static bool Takes(TaskKind task, LossKind loss, TreeMethod? tree = null) => task switch
    {
        TaskKind.Regress => true,
        TaskKind.Quantile => loss == LossKind.Quantile,
        TaskKind.Multiclass when loss == LossKind.Quantile => tree is TreeMethod.LomTree or TreeMethod.RandomTree or TreeMethod.FilterTree,
        _ => loss is LossKind.Logistic or LossKind.Hinge or LossKind.Squared,
    };
}
