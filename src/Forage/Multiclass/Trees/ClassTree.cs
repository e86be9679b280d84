using Forage.Linear;
using Forage.Persistence;

namespace Forage.Multiclass.Trees;

/// <summary>Makes and reads trees over classes.</summary>
public static class ClassTree
{
    /// <summary>Most classes of a tree.</summary>
    public const int MostClasses = 1 << 24;

    private const string Tag = "CTRE";

    /// <summary>A tree that knows nothing.</summary>
    /// <param name="method">How it is made.</param>
    /// <param name="classes">At least 2.</param>
    /// <param name="options">Its options.</param>
    /// <exception cref="ForageException">Fewer than two classes, or a bad option.</exception>
    public static IClassTree Create(TreeMethod method, int classes, ClassTreeOptions? options = null) => method switch
    {
        TreeMethod.LomTree => new LomTree(classes, options),
        TreeMethod.RandomTree => new RandomTree(classes, options),
        TreeMethod.FilterTree => new FilterTree(classes, options),
        TreeMethod.RecallTree => new RecallTree(classes, options),
        _ => throw new ArgumentOutOfRangeException(nameof(method)),
    };

    /// <summary>True if a tree over classes comes next in a model.</summary>
    public static bool IsNext(ModelReader reader) => reader.PeekChunk() == Tag;

    /// <summary>Writes a tree with its kind.</summary>
    public static void Save(IClassTree tree, ModelWriter writer)
    {
        writer.BeginChunk(Tag, 1);
        writer.Write((int)tree.Method);
        writer.EndChunk();
        tree.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where it stands.</param>
    /// <param name="predictOnly">What only learning needs is left out: it predicts faster, takes less memory, and can neither learn nor be saved. Of all but the recall tree weights are rounded to 16 bits, which may change a prediction in some ten thousand.</param>
    public static IClassTree Load(ModelReader reader, bool predictOnly = false)
    {
        reader.BeginChunk(Tag, 1);
        var method = (TreeMethod)reader.ReadInt32();
        reader.EndChunk();
        return method switch
        {
            TreeMethod.LomTree => LomTree.Load(reader, predictOnly),
            TreeMethod.RandomTree => RandomTree.Load(reader, predictOnly),
            TreeMethod.FilterTree => FilterTree.Load(reader, predictOnly),
            TreeMethod.RecallTree => RecallTree.Load(reader, predictOnly),
            _ => throw new ForageException($"The model is a tree of kind {(int)method}, which this version does not know."),
        };
    }

    internal static void Check(int classes, ClassTreeOptions options)
    {
        if (classes < 2) throw new ForageException($"{classes} class(es); expected at least 2.");
        if (classes > MostClasses) throw new ForageException($"{classes} classes; expected at most {MostClasses}.");
        options.Validate();
    }

    internal static void Write(ModelWriter writer, ClassTreeOptions options)
    {
        writer.Write(LinearOptionsJson.ToJson(options.Learner));
        writer.Write(options.MostNodes);
        writer.Write(options.SwapResistance);
        writer.Write(options.MixedShare);
        writer.Write(options.MostClassesPerNode);
        writer.Write(options.Candidates);
        writer.Write(options.Beam);
        writer.Write(options.MostMegabytes);
        writer.Write(options.Seed);
        writer.Write(options.GrowPasses);
        writer.Write(options.GrowRate ?? 0);
    }

    /// <summary>Version of the parts that begin with options; 1 had no passes of growing.</summary>
    internal const ushort OptionsVersion = 2;

    /// <summary>Version of trees with a bound on the counts of a node; before it nodes had no shared counts.</summary>
    internal const ushort SharesVersion = 3;

    /// <summary>Version of the part of a LOMtree or recall tree that begins with options.</summary>
    internal static ushort VersionOf(ClassTreeOptions options) => options.MostClassesPerNode > 0 ? SharesVersion : OptionsVersion;

    private static float? ReadRate(ModelReader reader)
    {
        float rate = reader.ReadSingle();
        return rate == 0 ? null : rate;
    }

    internal static ClassTreeOptions ReadOptions(ModelReader reader) => new()
    {
        Learner = LinearOptionsJson.FromJson(reader.ReadString()),
        MostNodes = reader.ReadInt32(),
        SwapResistance = reader.ReadDouble(),
        MixedShare = reader.ReadDouble(),
        MostClassesPerNode = reader.ReadInt32(),
        Candidates = reader.ReadInt32(),
        Beam = reader.ReadInt32(),
        MostMegabytes = reader.ReadInt32(),
        Seed = reader.ReadUInt64(),
        GrowPasses = reader.Version < OptionsVersion ? 0 : reader.ReadInt32(),
        GrowRate = reader.Version < OptionsVersion ? null : ReadRate(reader),
    };
}
