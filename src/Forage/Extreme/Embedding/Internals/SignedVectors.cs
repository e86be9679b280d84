using System.Runtime.Intrinsics;
using Forage.Linear.Internals;

namespace Forage.Extreme.Embedding.Internals;

/// <summary>
/// Vectors of which only signs are kept, with a factor and a bias each, in blocks of 64: r_j ≈ a sign(r_j) after a rotation, a = |r|²/Σ_j |r_j|, which makes h · r right on average over rotations with an
/// error of about 0.75 |h| |r| / √d (RaBitQ, Gao and Long 2024). A thirtieth of the memory of floats: rough scores for choosing what to look at closely.
/// </summary>
internal sealed unsafe class SignedVectors : IDisposable
{
    private readonly WeightTable _table;
    private readonly int _width, _stride;

    /// <summary>Room for vectors.</summary>
    /// <param name="blocks">Blocks of <see cref="SignKernels.Block"/> vectors; what is not set scores -∞.</param>
    /// <param name="width">Numbers of a vector, a multiple of 16.</param>
    public SignedVectors(int blocks, int width)
    {
        (_width, _stride) = (width, SignKernels.Block * (width / 8 + 2 * sizeof(ushort))); // signs, factors, biases
        _table = new WeightTable((long)blocks * _stride / sizeof(float));
        for (int b = 0; b < blocks; b++) new Span<ushort>(Biases(b), SignKernels.Block).Fill(Rounded(float.NegativeInfinity));
    }

    /// <summary>Puts a rotated vector in its place: 64 times the block plus the place in it.</summary>
    public void Set(int place, float* vector, float bias)
    {
        int block = place / SignKernels.Block, k = place % SignKernels.Block;
        double squares = 0, sum = 0;
        byte* column = Signs(block) + SignKernels.At(k);
        for (int j = 0; j < _width; j++)
        {
            squares += vector[j] * vector[j];
            sum += MathF.Abs(vector[j]);
            if (vector[j] > 0) column[j / 8 * SignKernels.Block] |= (byte)(1 << (j & 7));
        }
        Factors(block)[k] = Rounded(sum > 0 ? (float)(squares / sum) : 0);
        Biases(block)[k] = Rounded(bias);
    }

    /// <summary>Offers rough scores of a block's vectors, each plus <paramref name="common"/>.</summary>
    public void Offer(SignQuery query, byte* tables, int block, float common, RoughTop top)
    {
        ushort* sums = stackalloc ushort[SignKernels.Block];
        SignKernels.Sums(tables, Signs(block), _width / 8, sums);
        ushort* factors = Factors(block), biases = Biases(block);
        var step = Vector512.Create(query.Step);
        var least = Vector512.Create(query.Least);
        var plus = Vector512.Create(common);
        for (int k = 0; k < SignKernels.Block; k += 16)
        {
            var product = Vector512.ConvertToSingle(Vector512.WidenLower(Vector256.Load(sums + k).ToVector512Unsafe()).AsInt32()) * step + least;
            top.Offer(product * Whole(factors + k) + (Whole(biases + k) + plus), block * SignKernels.Block + k);
        }
    }

    /// <summary>Told when all are set.</summary>
    public void Settle() => _table.Settle();

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();

    // The upper half of a float, to the nearest.
    private static ushort Rounded(float x) => float.IsFinite(x) ? (ushort)((BitConverter.SingleToUInt32Bits(x) + 0x8000) >> 16) : (ushort)(BitConverter.SingleToUInt32Bits(x) >> 16);

    private static Vector512<float> Whole(ushort* halves) => (Vector512.WidenLower(Vector256.Load(halves).ToVector512Unsafe()) << 16).AsSingle();

    private byte* Signs(int block) => (byte*)_table.Data + (long)block * _stride;

    private ushort* Factors(int block) => (ushort*)(Signs(block) + SignKernels.Block * _width / 8);

    private ushort* Biases(int block) => Factors(block) + SignKernels.Block;
}
