namespace Forage.Linear.Internals;

/// <summary>A regressor's weights as they stand in a model file. Used again for other regressors.</summary>
internal sealed class SavedTable
{
    /// <summary>Weights of the first features, which have no keys, and how many there are.</summary>
    public float[] Dense = [];
    public int DenseCount;

    /// <summary>Other features, their weights, and how many there are.</summary>
    public int[] Ids = [];
    public float[] Weights = [];
    public int Count;

    /// <summary>1 + log2 of the number of features that have no keys; 0 if there are none.</summary>
    public int DenseOctave => PooledRow.Length(DenseCount);

    /// <summary>Makes room.</summary>
    public void Resize(int dense, int count)
    {
        if (Dense.Length < dense) Dense = new float[dense];
        if (Ids.Length < count) (Ids, Weights) = (new int[count + count / 4], new float[count + count / 4]);
        (DenseCount, Count) = (dense, count);
    }
}
