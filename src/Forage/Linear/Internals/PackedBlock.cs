using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Forage.Linear.Internals;

/// <summary>
/// The weights of up to seven regressors, side by side, to tell the signs of their scores: a feature's row is eight whole numbers of 16 bits, one a regressor and an empty one, so that one look at
/// the memory serves all seven. A regressor's weights are multiples of a step of its own. The first 2^b features have rows without keys; those of the others stand in cells of a
/// cache line each: three rows, their three keys (a feature's number + 1; 0 where nothing is) and a word that matches nothing.
/// </summary>
internal unsafe struct PackedBlock
{
    /// <summary>Regressors of a block, at most.</summary>
    public const int Most = 7;

    /// <summary>Numbers of a row.</summary>
    public const int Lanes = Most + 1;

    /// <summary>Rows of a cell, and its bytes.</summary>
    public const int Rows = 3, CellBytes = 64;

    private const int KeysAt = 2 * Lanes * Rows;
    private const uint Spread = 2654435769;

    /// <summary>Rows of features whose numbers have fewer bits lie in a few cache lines and are not asked for.</summary>
    private const int SmallestToFetch = 7;

    /// <summary>Rows of the first features; null if there are none.</summary>
    public short* Dense;

    /// <summary>Cells; null if there are none.</summary>
    public byte* Cells;

    /// <summary>Number of cells.</summary>
    public uint CellCount;

    /// <summary>1 + log2 of the number of features that have no keys; 0 if there are none.</summary>
    public int DenseOctave;

    /// <summary>Keys of a cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint* Keys(byte* cell) => (uint*)(cell + KeysAt);

    /// <summary>Number of the cell where the search for a feature begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint Home(int id) => (uint)(((ulong)((uint)id * Spread) * CellCount) >> 32);

    /// <summary>The row of a feature, which has one or gets one.</summary>
    public readonly short* RowOf(int id)
    {
        if (PooledRow.Length(id) < DenseOctave) return Dense + (nint)Lanes * id;
        for (uint c = Home(id); ; c = c + 1 == CellCount ? 0 : c + 1)
        {
            byte* cell = Cells + (nint)CellBytes * c;
            uint* keys = Keys(cell);
            for (int r = 0; r < Rows; r++)
            {
                if (keys[r] == 0) keys[r] = (uint)id + 1;
                if (keys[r] == (uint)id + 1) return (short*)cell + Lanes * r;
            }
        }
    }

    /// <summary>Asks the memory for the rows of an example's features.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Fetch(PooledRow x)
    {
        if (!Sse.IsSupported) return;
        int n = x.Count, dense = x.Below(DenseOctave);
        ref int id = ref MemoryMarshal.GetArrayDataReference(x.Ids);
        for (int i = x.Below(Math.Min(DenseOctave, SmallestToFetch)); i < dense; i++) Sse.Prefetch0(Dense + (nint)Lanes * Unsafe.Add(ref id, i));
        if (CellCount == 0) return;
        for (int i = dense; i < n; i++) Sse.Prefetch0(Cells + (nint)CellBytes * Home(Unsafe.Add(ref id, i)));
    }

    /// <summary>Bit k is 1 if the score Σ z w of regressor k is positive, where z is x/N.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly uint Positive(PooledRow x)
    {
        int n = x.Count, dense = x.Below(DenseOctave), i = 0;
        ref int id = ref MemoryMarshal.GetArrayDataReference(x.Ids);
        ref float z = ref MemoryMarshal.GetArrayDataReference(x.Z);
        Vector256<float> a = default, b = default; // two sums, so that no addition waits for the one before
        for (; i + 2 <= dense; i += 2)
        {
            a = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref z, i)), Wide(Dense + (nint)Lanes * Unsafe.Add(ref id, i)), a);
            b = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref z, i + 1)), Wide(Dense + (nint)Lanes * Unsafe.Add(ref id, i + 1)), b);
        }
        if (i < dense) a = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref z, i)), Wide(Dense + (nint)Lanes * Unsafe.Add(ref id, i)), a);
        if (CellCount > 0)
        {
            for (i = dense; i < n; i++)
            {
                int feature = Unsafe.Add(ref id, i);
                var wanted = Vector128.Create((uint)feature + 1);
                byte* cell;
                uint found, free, c = Home(feature);
                do
                {
                    cell = Cells + (nint)CellBytes * c;
                    var keys = Vector128.LoadAligned(Keys(cell));
                    found = Vector128.Equals(keys, wanted).ExtractMostSignificantBits(); // 0, 1, 2 or 4
                    free = Vector128.Equals(keys, Vector128<uint>.Zero).ExtractMostSignificantBits();
                    c = c + 1 == CellCount ? 0 : c + 1;
                }
                while ((found | free) == 0);
                // Whether it is there cannot be foretold, so that nothing branches on it: the first row times 0 if not.
                var value = Vector256.Create(BitConverter.SingleToInt32Bits(Unsafe.Add(ref z, i)) & -BitOperations.PopCount(found)).AsSingle();
                b = Vector256.FusedMultiplyAdd(value, Wide((short*)cell + Lanes * (nint)(found >> 1)), b);
            }
        }
        return Vector256.GreaterThan(a + b, Vector256<float>.Zero).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Wide(short* row)
    {
        var numbers = Vector128.LoadAligned(row);
        return Vector256.ConvertToSingle(Avx2.IsSupported ? Avx2.ConvertToVector256Int32(numbers) : Vector256.Create(Vector128.WidenLower(numbers), Vector128.WidenUpper(numbers)));
    }
}
