using Forage.Linear;
using Forage.Training.Internals;

namespace Forage.Training;

/// <summary>What to do with examples under each task, and the default options of its learner.</summary>
public static class ExampleTasks
{
    /// <summary>The task as carried out by a learner.</summary>
    public static IExampleTask Of(TaskKind task, LinearLearner learner) => task switch
    {
        TaskKind.Regress => new LinearTask(learner, classify: false),
        TaskKind.Classify => new LinearTask(learner, classify: true),
        _ => throw new NotSupportedException($"Task {task}."),
    };

    /// <summary>The loss of a task unless told otherwise.</summary>
    public static LossKind DefaultLoss(TaskKind task) => task == TaskKind.Classify ? LossKind.Logistic : LossKind.Squared;
}
