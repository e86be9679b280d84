namespace Forage.Extreme.Embedding.Internals;

/// <summary>A vector as tables of what four signs contribute to its product with a vector of signs: Σ_j h_j sign_j ≈ <see cref="Step"/> · Σ_t table_t[signs] + <see cref="Least"/>.</summary>
internal sealed unsafe class SignQuery
{
    /// <summary>The tables, of <see cref="SignKernels.Table"/> bytes each.</summary>
    public byte[] Tables { get; private set; } = [];

    /// <summary>What 1 in a table stands for.</summary>
    public float Step { get; private set; }

    /// <summary>-Σ_j |h_j|: all signs against it.</summary>
    public float Least { get; private set; }

    /// <summary>Makes the tables of a rotated vector.</summary>
    public void Set(float* vector, int width)
    {
        if (Tables.Length < width / 4 * SignKernels.Table) Tables = GC.AllocateUninitializedArray<byte>(width / 4 * SignKernels.Table, pinned: true);
        float most = 0, sum = 0;
        for (int j = 0; j < width; j += 4)
        {
            float four = MathF.Abs(vector[j]) + MathF.Abs(vector[j + 1]) + MathF.Abs(vector[j + 2]) + MathF.Abs(vector[j + 3]);
            most = MathF.Max(most, four);
            sum += four;
        }
        // Sums of all tables must fit in 16 bits, and two numbers in 8.
        int largest = Math.Min(SignKernels.Largest, ushort.MaxValue / (width / 4));
        (Step, Least) = (2 * most / largest, -sum);
        float inverse = Step > 0 ? 1 / Step : 0;
        for (int t = 0; t < width / 4; t++)
        {
            var table = Tables.AsSpan(t * SignKernels.Table, SignKernels.Table);
            float* four = vector + 4 * t;
            for (int signs = 0; signs < 16; signs++)
            {
                float with = 0; // twice what is not against it
                for (int j = 0; j < 4; j++)
                    if ((signs >> j & 1) != 0 == four[j] > 0) with += 2 * MathF.Abs(four[j]);
                table[signs] = (byte)Math.Min(largest, (int)MathF.Round(with * inverse));
            }
            for (int copy = 16; copy < SignKernels.Table; copy += 16) table[..16].CopyTo(table[copy..]);
        }
    }
}
