using Forage.Persistence;

namespace Forage.Linear.Internals;

/// <summary>
/// Tables in a model file. Cells are written in their order from behind the first bucket with room on: put back in that order, each comes to where it was, since the full buckets
/// between its home and its place are there before it.
/// </summary>
internal static unsafe class OwnTableFile
{
    public static void Write(ModelWriter writer, in OwnTable table)
    {
        writer.Write(table.Buckets == null ? -1 : table.Bits);
        if (table.Buckets == null) return;
        writer.Write(table.Direct);
        writer.Write(table.Count);
        int start = 0, mask = table.Capacity - 1;
        while (!table.Direct && table.Key(start) != 0) start++;
        start = (start | (OwnTable.Lanes - 1)) + 1;
        for (int i = 0; i <= mask; i++)
        {
            int at = (start + i) & mask;
            if (table.Key(at) == 0) continue;
            writer.Write((int)table.Key(at) - 1);
            writer.Write(*table.Weight(at));
            if (table.Sums != null) writer.Write(table.Sums[at]);
        }
    }

    public static OwnTable Read(ModelReader reader, BlockArena arena, bool sums, float initialSum, int features)
    {
        int bits = reader.ReadInt32();
        if (bits < 0) return default;
        bool direct = reader.ReadBoolean();
        int count = reader.ReadInt32();
        if (bits is < 4 or > 30 || count < 0 || (direct ? count > 1L << bits : 3L * count > 2L << bits)) throw new ForageException($"The model has a table of {count} weights in {bits} bits.");
        var table = OwnTable.Allocate(arena, bits, direct, sums, initialSum);
        for (int i = 0; i < count; i++)
        {
            int id = reader.ReadInt32();
            if (id < 0 || id >= features || (direct && id >= 1 << bits) || table.Find(id) >= 0)
            {
                table.Free(arena);
                throw new ForageException($"The model has a weight of feature {id} where {features} are known.");
            }
            int at = table.Insert(id);
            *table.Weight(at) = reader.ReadSingle();
            if (sums) table.Sums[at] = reader.ReadSingle();
        }
        return table;
    }
}
