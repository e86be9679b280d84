namespace Forage.Data.Internals;

/// <summary>Where a pipeline gets its batches from, in two steps: one in order, one anywhere.</summary>
internal interface IPieces<TBatch> where TBatch : RecordBatch
{
    /// <summary>Takes the next piece, by one thread at a time. False at the end.</summary>
    bool TryTake(Piece<TBatch> piece);

    /// <summary>Makes the batch of a piece taken; several threads may do so at once, with different pieces.</summary>
    void Fill(Piece<TBatch> piece);
}

/// <summary>One place of a pipeline.</summary>
internal sealed class Piece<TBatch>
{
    public Piece(TBatch batch) => Batch = batch;

    /// <summary>The batch.</summary>
    public TBatch Batch { get; }

    /// <summary>Raw bytes.</summary>
    public byte[] Bytes = [];

    /// <summary>How many of them count.</summary>
    public int Length;

    /// <summary>The batch may be consumed.</summary>
    public bool Ready;

    /// <summary>What went wrong in filling it.</summary>
    public Exception? Failure;
}
