using System.Buffers.Binary;
using System.Numerics;

namespace Forage.Persistence;

/// <summary>CRC-32C (Castagnoli), by the processor's instruction where it has one.</summary>
public static class Checksum
{
    /// <summary>Checksum of <paramref name="bytes"/>, continuing from <paramref name="previous"/> (0 at the start).</summary>
    public static uint Of(ReadOnlySpan<byte> bytes, uint previous = 0)
    {
        uint crc = ~previous;
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }
        foreach (byte b in bytes) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
