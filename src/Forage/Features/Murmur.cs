using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Forage.Features;

/// <summary>MurmurHash3_x86_32 (Austin Appleby, public domain), the hash by which names become feature indices.</summary>
public static class Murmur
{
    /// <summary>Hash of <paramref name="data"/> with a seed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Hash(ReadOnlySpan<byte> data, uint seed)
    {
        const uint c1 = 0xcc9e2d51, c2 = 0x1b873593;
        uint h = seed;
        int length = data.Length;
        while (data.Length >= 4)
        {
            uint k = BinaryPrimitives.ReadUInt32LittleEndian(data) * c1;
            h ^= BitOperations.RotateLeft(k, 15) * c2;
            h = BitOperations.RotateLeft(h, 13) * 5 + 0xe6546b64;
            data = data[4..];
        }
        uint tail = 0;
        switch (data.Length)
        {
            case 3: tail = (uint)data[2] << 16 | (uint)data[1] << 8 | data[0]; break;
            case 2: tail = (uint)data[1] << 8 | data[0]; break;
            case 1: tail = data[0]; break;
        }
        if (data.Length > 0) h ^= BitOperations.RotateLeft(tail * c1, 15) * c2;
        h ^= (uint)length;
        h = (h ^ (h >> 16)) * 0x85ebca6b;
        h = (h ^ (h >> 13)) * 0xc2b2ae35;
        return h ^ (h >> 16);
    }
}
