using Forage.Features;

namespace Forage.Simulation;

/// <summary>
/// Examples of very many classes: each class has a prototype of features drawn evenly; an example takes some of its class's prototype and others by Zipf's law (feature f with
/// weight 1/(f + 1)), all different and with value 1. Example i of a seed is the same whichever others are made.
/// </summary>
public sealed class SyntheticClasses
{
    private readonly uint[] _prototypes;
    private readonly Rng _examples;
    private readonly double[] _cumulated;

    /// <summary>Classes to draw from.</summary>
    /// <param name="classes">Their number, at least 2.</param>
    /// <param name="seed">Seed of prototypes and examples.</param>
    public SyntheticClasses(int classes, ulong seed)
    {
        if (classes is < 2 or > 10_000_000) throw new ForageException($"{classes} class(es); expected 2 to 10,000,000.");
        Classes = classes;
        var rng = new Rng(seed);
        var prototypes = rng.Fork(1);
        _examples = rng.Fork(2);
        _prototypes = new uint[classes * PrototypeSize];
        for (int i = 0; i < _prototypes.Length;)
        {
            uint index = (uint)prototypes.NextInt(Features);
            if (!_prototypes.AsSpan(i - i % PrototypeSize, i % PrototypeSize).Contains(index)) _prototypes[i++] = index;
        }
        _cumulated = new double[Features];
        double sum = 0;
        for (int f = 0; f < Features; f++) _cumulated[f] = sum += 1.0 / (f + 1);
    }

    /// <summary>V: number of features.</summary>
    public const int Features = 50_000;

    /// <summary>Features of a class's prototype, all different.</summary>
    public const int PrototypeSize = 200;

    /// <summary>Features of an example from its prototype.</summary>
    public const int Signal = 25;

    /// <summary>Features of an example from the noise.</summary>
    public const int Noise = 75;

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Adds examples <paramref name="first"/>.. to a set; their classes are drawn evenly.</summary>
    /// <param name="set">Receives them.</param>
    /// <param name="first">Number of the first.</param>
    /// <param name="count">How many.</param>
    public void AddTo(SupervisedSet set, long first, int count)
    {
        set.Declare(Classes);
        var indices = new uint[Signal + Noise];
        var values = new float[Signal + Noise];
        Array.Fill(values, 1);
        for (long i = first; i < first + count; i++)
        {
            int label = Draw(i, indices);
            set.Add([label], indices, values);
        }
    }

    /// <summary>Writes examples as VW text, classes from 1.</summary>
    /// <param name="stream">Receives them.</param>
    /// <param name="first">Number of the first.</param>
    /// <param name="count">How many.</param>
    public void WriteText(Stream stream, long first, int count)
    {
        using var to = new StreamWriter(stream, bufferSize: 1 << 16, leaveOpen: true);
        var indices = new uint[Signal + Noise];
        for (long i = first; i < first + count; i++)
        {
            to.Write(Draw(i, indices) + 1);
            to.Write(" |f");
            foreach (uint index in indices)
            {
                to.Write(' ');
                to.Write(index);
            }
            to.Write('\n');
        }
    }

    /// <summary>Features of example <paramref name="i"/>; returns its class.</summary>
    public int Draw(long i, Span<uint> indices)
    {
        var rng = _examples.Fork((ulong)i);
        int label = rng.NextInt(Classes);
        var prototype = _prototypes.AsSpan(label * PrototypeSize, PrototypeSize);
        Span<int> order = stackalloc int[PrototypeSize];
        for (int f = 0; f < PrototypeSize; f++) order[f] = f;
        for (int f = 0; f < Signal; f++)
        {
            int at = f + rng.NextInt(PrototypeSize - f);
            (order[f], order[at]) = (order[at], order[f]);
            indices[f] = prototype[order[f]];
        }
        for (int f = Signal; f < Signal + Noise;)
        {
            int at = Array.BinarySearch(_cumulated, rng.NextDouble() * _cumulated[^1]);
            uint index = (uint)(at < 0 ? Math.Min(~at, Features - 1) : at);
            if (!indices[..f].Contains(index)) indices[f++] = index;
        }
        return label;
    }
}
