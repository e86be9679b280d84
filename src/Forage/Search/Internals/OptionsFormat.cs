using Forage.Data;
using Forage.Persistence;
using Forage.Search.Models;
using Forage.Search.Text;

namespace Forage.Search.Internals;

/// <summary>
/// Options in model files, as plain numbers one after the other: what reads them begins to work at once, where a general format's reader has to be compiled first,
/// which took longer than labelling hundreds of thousands of tokens.
/// </summary>
internal static class OptionsFormat
{
    /// <summary>Version of the parts that hold options; older ones are not read.</summary>
    public const ushort Version = 2;

    public static void Write(ModelWriter to, SearchOptions o)
    {
        to.Write((int)o.RollIn);
        to.Write((int)o.RollOut);
        to.Write((int)o.Interpolation);
        to.Write(o.Alpha);
        to.Write(o.Beta);
        to.Write((int)o.Loss);
        to.Write(o.Rate);
        to.Write(o.InitialSum);
        to.Write(o.Margin);
        to.Write(o.Ignore);
        to.Write(o.Dropout);
        to.Write(o.Average);
        to.Write(o.LeastWeight);
        to.Write(o.Round);
        to.Write((int)o.Updates);
        to.Write((int)o.Shortcuts);
        to.Write(o.Check);
        to.Write(o.MostSteps);
        to.Write(o.Seed);
    }

    public static SearchOptions ReadSearch(ModelReader from) => Valid(new SearchOptions
    {
        RollIn = (RollIn)from.ReadInt32(),
        RollOut = (RollOut)from.ReadInt32(),
        Interpolation = (Interpolation)from.ReadInt32(),
        Alpha = from.ReadDouble(),
        Beta = from.ReadDouble(),
        Loss = (CostLoss)from.ReadInt32(),
        Rate = from.ReadSingle(),
        InitialSum = from.ReadSingle(),
        Margin = from.ReadSingle(),
        Ignore = from.ReadSingle(),
        Dropout = from.ReadDouble(),
        Average = from.ReadBoolean(),
        LeastWeight = from.ReadSingle(),
        Round = from.ReadBoolean(),
        Updates = (UpdateTiming)from.ReadInt32(),
        Shortcuts = (Shortcuts)from.ReadInt32(),
        Check = from.ReadDouble(),
        MostSteps = from.ReadInt32(),
        Seed = from.ReadUInt64(),
    });

    public static void Write(ModelWriter to, TaggerOptions o)
    {
        to.Write((int)o.Format);
        to.Write(o.WordColumn);
        to.Write(o.TagColumn);
        to.Write(o.LabelColumn);
        to.Write(o.Templates);
        to.Write(o.FirstTemplates is not null);
        to.Write(o.FirstTemplates ?? "");
        to.Write(o.Encoding is { } encoding ? (int)encoding : -1);
        to.Write(o.FromRight);
        to.Write(o.History ?? -1);
        to.Write(o.Passes);
        to.Write(o.Batch);
        Write(to, o.Learning);
    }

    public static TaggerOptions ReadTagger(ModelReader from)
    {
        var o = new TaggerOptions { Format = (ConllFormat)from.ReadInt32(), WordColumn = from.ReadInt32(), TagColumn = from.ReadInt32(), LabelColumn = from.ReadInt32(), Templates = from.ReadString() };
        bool two = from.ReadBoolean();
        string first = from.ReadString();
        int encoding = from.ReadInt32();
        bool fromRight = from.ReadBoolean();
        int history = from.ReadInt32();
        o = o with
        {
            FirstTemplates = two ? first : null,
            Encoding = encoding < 0 ? null : (SpanEncoding)encoding,
            FromRight = fromRight,
            History = history < 0 ? null : history,
            Passes = from.ReadInt32(),
            Batch = from.ReadInt32(),
            Learning = ReadSearch(from),
        };
        o.Validate();
        return o;
    }

    public static void Write(ModelWriter to, ParserOptions o)
    {
        to.Write((int)o.Format);
        to.Write(o.WordColumn);
        to.Write(o.TagColumn);
        to.Write(o.HeadColumn);
        to.Write(o.RelationColumn);
        to.Write(o.Passes);
        to.Write(o.Batch);
        Write(to, o.Learning);
    }

    public static ParserOptions ReadParser(ModelReader from)
    {
        var o = new ParserOptions
        {
            Format = (ConllFormat)from.ReadInt32(),
            WordColumn = from.ReadInt32(),
            TagColumn = from.ReadInt32(),
            HeadColumn = from.ReadInt32(),
            RelationColumn = from.ReadInt32(),
            Passes = from.ReadInt32(),
            Batch = from.ReadInt32(),
            Learning = ReadSearch(from),
        };
        o.Validate();
        return o;
    }

    private static SearchOptions Valid(SearchOptions options)
    {
        options.Validate();
        return options;
    }
}
