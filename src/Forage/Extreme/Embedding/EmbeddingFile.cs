using Forage.Persistence;

namespace Forage.Extreme.Embedding;

public sealed unsafe partial class EmbeddingSoftmax
{
    private const string Tag = "EMBS";
    private const ushort ChunkVersion = 1;

    /// <summary>Writes the model, without the state of its training.</summary>
    public void Save(ModelWriter writer)
    {
        Columns.Save(writer);
        writer.BeginChunk(Tag, ChunkVersion);
        writer.Write(Options.Dimension);
        writer.Write((int)Options.Encoder);
        writer.Write((int)Options.Activation);
        writer.Write((int)Options.Values);
        writer.Write(Options.Normalize);
        writer.Write(Options.Scale);
        writer.Write(Options.InitialScale);
        writer.Write(Options.InitialBias);
        writer.Write(Options.Seed);
        writer.Write(LabelCount);
        writer.Write(_labelBias);
        writer.WriteSparse(_encoderBias.Data, _encoderBias.Length, Width, Dimension);
        writer.WriteSparse(_features.Data, _features.Length, Width, Dimension);
        writer.WriteSparse(_labels.Data, _labels.Length, Width, Dimension);
        writer.EndChunk();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static EmbeddingSoftmax Load(ModelReader reader)
    {
        var columns = FeatureColumns.Load(reader);
        reader.BeginChunk(Tag, ChunkVersion);
        var options = new EmbeddingOptions
        {
            Dimension = reader.ReadInt32(),
            Encoder = (EncoderKind)reader.ReadInt32(),
            Activation = (Activation)reader.ReadInt32(),
            Values = (InputValues)reader.ReadInt32(),
            Normalize = reader.ReadBoolean(),
            Scale = reader.ReadSingle(),
            InitialScale = reader.ReadSingle(),
            InitialBias = reader.ReadSingle(),
            Seed = reader.ReadUInt64(),
        };
        int labels = reader.ReadInt32();
        float[] biases = reader.ReadSingles();
        if (biases.Length != labels) throw new ForageException($"The embedding model is damaged: {labels} labels but {biases.Length} biases.");
        var model = new EmbeddingSoftmax(options, columns, labels, random: false);
        biases.CopyTo(model._labelBias, 0);
        reader.ReadSparse(model._encoderBias.Data, model._encoderBias.Length, model.Width, model.Dimension);
        reader.ReadSparse(model._features.Data, model._features.Length, model.Width, model.Dimension);
        reader.ReadSparse(model._labels.Data, model._labels.Length, model.Width, model.Dimension);
        reader.EndChunk();
        return model;
    }
}
