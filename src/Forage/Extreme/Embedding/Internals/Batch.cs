using Forage.Linear.Internals;

namespace Forage.Extreme.Embedding.Internals;

/// <summary>What one step of training works on, and memory that grows to the largest batch.</summary>
internal sealed unsafe class Batch(EmbeddingSoftmax model) : IDisposable
{
    private WeightTable _hidden = new(0), _deltas = new(0);

    public InputRows Rows { get; private set; } = null!;

    /// <summary>Numbers of the examples; only the first <see cref="Count"/> count.</summary>
    public int[] Examples { get; private set; } = [];

    public int Count { get; private set; }

    public IScoreLoss Loss { get; private set; } = null!;

    public double[] Losses { get; private set; } = [];

    /// <summary>h of example i of the batch.</summary>
    public float* Hidden(int i) => _hidden.Data + (long)i * model.Width;

    /// <summary>dL/dh, then dL/dz (before the activation) of example i of the batch.</summary>
    public float* Delta(int i) => _deltas.Data + (long)i * model.Width;

    public void Begin(InputRows rows, ReadOnlySpan<int> examples, IScoreLoss loss)
    {
        foreach (int e in examples)
            if ((uint)e >= (uint)rows.Count) throw new ArgumentOutOfRangeException(nameof(examples), e, $"There are {rows.Count} rows.");
        (Rows, Loss, Count) = (rows, loss, examples.Length);
        if (Examples.Length < Count)
        {
            Examples = new int[Count];
            Losses = new double[Count];
            Renew(ref _hidden, (long)Count * model.Width);
            Renew(ref _deltas, (long)Count * model.Width);
        }
        examples.CopyTo(Examples);
    }

    /// <summary>The mean loss, summed in the order of the batch.</summary>
    public double MeanLoss()
    {
        double sum = 0;
        for (int i = 0; i < Count; i++) sum += Losses[i];
        return Count == 0 ? 0 : sum / Count;
    }

    /// <summary>Asks the loss for gradients of one example's scores and divides them by the size of the batch.</summary>
    public void Gradient(int i, ReadOnlySpan<int> labels, ReadOnlySpan<float> scores, Span<float> gradients)
    {
        double loss = Loss.Gradient(Examples[i], labels, scores, gradients);
        if (!double.IsFinite(loss)) EmbeddingThrow.NotFinite(Examples[i], loss);
        Losses[i] = loss;
        System.Numerics.Tensors.TensorPrimitives.Multiply(gradients, 1f / Count, gradients);
    }

    public void Dispose()
    {
        _hidden.Dispose();
        _deltas.Dispose();
    }

    internal static void Renew(ref WeightTable table, long length)
    {
        table.Dispose();
        table = new WeightTable(length);
    }
}
