using System.Runtime.Intrinsics;
using Forage.Linear.Internals;

namespace Forage.Extreme.Embedding.Internals;

/// <summary>
/// Vectors of 8-bit numbers, each with a scale and a bias, in blocks of 16: w_j ≈ a c_j, c_j a whole number in -127..127. A quarter of the memory of floats, read in one go: rough
/// scores h · w + b for choosing what to look at closely.
/// </summary>
internal sealed unsafe class CodedVectors : IDisposable
{
    private const int Middle = 64, Reach = 63; // of the codes of a query
    private readonly WeightTable _table;
    private readonly int _width, _stride;

    /// <summary>Room for vectors.</summary>
    /// <param name="blocks">Blocks of <see cref="CodeKernels.Block"/> vectors; what is not set scores -∞.</param>
    /// <param name="width">Numbers of a vector, a multiple of 16.</param>
    public CodedVectors(int blocks, int width)
    {
        (_width, _stride, Blocks) = (width, CodeKernels.Block * (width + 12), blocks); // codes, then what is added to sums, scales, biases
        _table = new WeightTable((long)blocks * _stride / sizeof(float));
        for (int b = 0; b < blocks; b++) new Span<float>(Biases(b), CodeKernels.Block).Fill(float.NegativeInfinity);
    }

    /// <summary>Number of blocks.</summary>
    public int Blocks { get; }

    /// <summary>Puts a vector in its place: 16 times the block plus the place in it.</summary>
    public void Set(int place, float* vector, float bias)
    {
        int block = place / CodeKernels.Block, k = place % CodeKernels.Block, sum = 0;
        float largest = 0;
        for (int j = 0; j < _width; j++) largest = MathF.Max(largest, MathF.Abs(vector[j]));
        float inverse = largest > 0 ? 127 / largest : 0;
        sbyte* codes = Codes(block);
        for (int j = 0; j < _width; j++)
        {
            int code = Math.Clamp((int)MathF.Round(vector[j] * inverse), -127, 127);
            codes[CodeKernels.At(k, j)] = (sbyte)code;
            sum += code;
        }
        Offsets(block)[k] = -Middle * sum;
        Scales(block)[k] = largest / 127;
        Biases(block)[k] = bias;
    }

    /// <summary>Codes of a query, so that h_j ≈ scale · (code_j - 64).</summary>
    /// <returns>The scale.</returns>
    public static float Encode(float* hidden, int width, byte* codes)
    {
        float largest = 0;
        for (int j = 0; j < width; j++) largest = MathF.Max(largest, MathF.Abs(hidden[j]));
        float inverse = largest > 0 ? Reach / largest : 0;
        for (int j = 0; j < width; j++) codes[j] = (byte)(Middle + Math.Clamp((int)MathF.Round(hidden[j] * inverse), -Reach, Reach));
        return largest / Reach;
    }

    /// <summary>Rough scores of a block's 16 vectors.</summary>
    public Vector512<float> Score(byte* codes, float scale, int block)
    {
        int* sums = stackalloc int[CodeKernels.Block];
        CodeKernels.Products(codes, Codes(block), _width, sums);
        var whole = Vector512.ConvertToSingle(Vector512.Load(sums) + Vector512.Load(Offsets(block)));
        return whole * Vector512.Load(Scales(block)) * Vector512.Create(scale) + Vector512.Load(Biases(block));
    }

    /// <summary>Told when all are set.</summary>
    public void Settle() => _table.Settle();

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();

    private sbyte* Codes(int block) => (sbyte*)_table.Data + (long)block * _stride;

    private int* Offsets(int block) => (int*)(Codes(block) + CodeKernels.Block * _width);

    private float* Scales(int block) => (float*)Offsets(block) + CodeKernels.Block;

    private float* Biases(int block) => Scales(block) + CodeKernels.Block;
}
