using Forage.Data;

namespace Forage.Training.Internals;

/// <summary>A task of sets of labels, which ranks them.</summary>
internal interface ISetTask : IExampleTask<MultilabelBatch>
{
    /// <summary>The best labels of the example last predicted or learnt from, best first, and what the learner says of them; as many as there is room for and labels are found.</summary>
    int Best(Span<int> labels, Span<float> scores);
}
