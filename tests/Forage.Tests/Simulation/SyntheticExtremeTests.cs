using System.Numerics.Tensors;
using Forage.Data;
using Forage.Simulation;

namespace Forage.Tests.Simulation;

public class SyntheticExtremeTests
{
    private static readonly ExtremeShape s_small = new() { Name = "small", Train = 3000, Test = 600, Features = 4000, Labels = 700, LabelsPerRow = 4.2, WordsPerRow = 60, HeadShare = 0.15 };

    [Fact]
    public void StatisticsAreThoseOfTheShape()
    {
        var made = new SyntheticExtreme(s_small);
        var set = made.TrainSet();
        Assert.Equal(3000, set.Count);
        Assert.Equal(700, set.LabelCount);
        Assert.Equal(4.2, (double)set.Labelled.Total / set.Count, 0.005);
        int[] counts = new int[700];
        for (int i = 0; i < set.Count; i++)
            foreach (int label in set.Labels(i)) counts[label]++;
        Assert.Equal(s_small.RowsPerLabel, counts.Average(), 0.03);
        Assert.True(counts.Min() >= 1);
        Assert.InRange(counts.Max(), 440, 450);
        Assert.True(counts.Zip(made.LabelCounts.ToArray(), (a, b) => Math.Abs(a - b)).Sum() <= 20); // a few stay twice in a row and are written once
        // Zipf-Mandelbrot: n_r = n_0 q/(r + q) until counts of one.
        double[] ranked = [.. counts.OrderDescending().Select(n => (double)n)];
        double q = 10 * ranked[10] / (ranked[0] - ranked[10]);
        Assert.InRange(ranked[60] * (60 + q) / (ranked[0] * q), 0.9, 1.1);
    }

    [Fact]
    public void RowsAreTextLike()
    {
        var made = new SyntheticExtreme(s_small);
        double features = 0;
        int rows = 0;
        made.Train((labels, indices, values) =>
        {
            rows++;
            features += indices.Length;
            double squares = 0;
            for (int k = 0; k < indices.Length; k++)
            {
                Assert.True(values[k] > 0);
                Assert.True(indices[k] < 4000 && (k == 0 || indices[k] > indices[k - 1]));
                squares += values[k] * values[k];
            }
            Assert.InRange(squares, 0.99, 1.01);
            for (int k = 1; k < labels.Length; k++) Assert.True(labels[k] > labels[k - 1]);
            Assert.NotEqual(0, labels.Length);
        }, 500);
        Assert.Equal(500, rows);
        Assert.InRange(features / rows, 30, 60); // 60 words, some twice
    }

    [Fact]
    public void SameSeedSameBytes()
    {
        Assert.Equal(Text(4, false), Text(4, false));
        Assert.NotEqual(Text(4, false), Text(5, false));
        Assert.NotEqual(Text(4, false), Text(4, true));
    }

    [Fact]
    public void WhatIsWrittenIsReadBack()
    {
        var (set, summary) = SupervisedReader.Read(ByteSource.FromBytes(Text(1, false), "data"), SupervisedFormat.Xmc);
        Assert.Equal(0, summary.Malformed);
        var made = new SyntheticExtreme(s_small).TrainSet(200);
        Assert.Equal(200, set.Count);
        Assert.Equal(700, set.LabelCount);
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(made.Labels(i).ToArray(), set.Labels(i).ToArray());
            var a = made.Rows[i];
            var b = set.Rows[i];
            var (ga, gb) = (a.Group(0), b.Group(0));
            Assert.Equal(a.Indices[ga.Start..ga.End].ToArray(), b.Indices[gb.Start..gb.End].ToArray());
            Assert.Equal(a.Values[ga.Start..ga.End].ToArray(), b.Values[gb.Start..gb.End].ToArray());
        }
    }

    [Fact]
    public void LabelsCanBeLearnt()
    {
        // By the label's words (which only the maker knows) and by the nearest centroid of the training rows: far above always naming the most frequent label.
        var made = new SyntheticExtreme(s_small);
        var train = made.TrainSet();
        var test = made.TestSet(300);
        float[] centroids = new float[700 * 4000], prototypes = new float[700 * 4000];
        uint[] words = new uint[SyntheticExtreme.PrototypeSize];
        for (int label = 0; label < 700; label++)
        {
            made.Prototype(label, words);
            foreach (uint word in words) prototypes[label * 4000 + word] = 1;
        }
        for (int i = 0; i < train.Count; i++)
            foreach (int label in train.Labels(i)) Add(train, i, centroids.AsSpan(label * 4000, 4000));
        for (int label = 0; label < 700; label++)
        {
            var centroid = centroids.AsSpan(label * 4000, 4000);
            float norm = TensorPrimitives.Norm(centroid);
            TensorPrimitives.Divide(centroid, norm, centroid);
        }
        int popular = 0, head = made.LabelCounts.IndexOf(TensorPrimitives.Max(made.LabelCounts));
        for (int i = 0; i < test.Count; i++) popular += test.Labels(i).Contains(head) ? 1 : 0;
        int byCentroid = Right(test, centroids), byPrototype = Right(test, prototypes);
        Assert.True(byCentroid > 120 && byPrototype > 200 && byCentroid > 2 * popular, $"centroid {byCentroid}, prototype {byPrototype}, the most frequent label {popular} of 300");
    }

    private static int Right(SupervisedSet test, float[] weights)
    {
        int right = 0;
        float[] x = new float[4000];
        for (int i = 0; i < test.Count; i++)
        {
            Array.Clear(x);
            Add(test, i, x);
            int best = 0;
            float most = float.NegativeInfinity;
            for (int label = 0; label < 700; label++)
            {
                float score = TensorPrimitives.Dot(x, weights.AsSpan(label * 4000, 4000));
                if (score > most) (best, most) = (label, score);
            }
            right += test.Labels(i).Contains(best) ? 1 : 0;
        }
        return right;
    }

    private static void Add(SupervisedSet set, int example, Span<float> to)
    {
        var row = set.Rows[example];
        var group = row.Group(0);
        for (int k = group.Start; k < group.End; k++) to[(int)row.Indices[k]] += row.Values[k];
    }

    [Fact]
    public void LabelsOfARowShareTopics()
    {
        var set = new SyntheticExtreme(s_small).TrainSet();
        // Pairs of labels that meet: if labels were independent, hardly any rare pair would meet twice.
        var pairs = new Dictionary<(int, int), int>();
        for (int i = 0; i < set.Count; i++)
        {
            var labels = set.Labels(i);
            for (int a = 0; a < labels.Length; a++)
                for (int b = a + 1; b < labels.Length; b++) pairs[(labels[a], labels[b])] = pairs.GetValueOrDefault((labels[a], labels[b])) + 1;
        }
        double total = pairs.Values.Sum(), again = pairs.Values.Where(n => n > 1).Sum();
        Assert.True(again / total > 0.3, $"{again} of {total} pairs met more than once");
    }

    [Fact]
    public void NamedShapesAreThePublishedOnes()
    {
        Assert.Equal(20.79, ExtremeShape.EurLex.RowsPerLabel, 0.1);
        Assert.Equal(8.52, ExtremeShape.Wiki10.RowsPerLabel, 0.01);
        Assert.Equal(3.99, ExtremeShape.Find("amazon-670k").RowsPerLabel, 0.01);
        var counts = new SyntheticExtreme(ExtremeShape.Amazon670K).LabelCounts;
        long sum = 0;
        int most = 0;
        foreach (int n in counts)
        {
            sum += n;
            most = Math.Max(most, n);
            Assert.True(n >= 1);
        }
        Assert.Equal((long)Math.Round(490_449 * 5.45), sum);
        Assert.Equal(0.004, most / 490_449.0, 4);
    }

    [Fact]
    public void MistakesAreNamed()
    {
        Assert.Contains("'moon'", Assert.Throws<ForageException>(() => ExtremeShape.Find("moon")).Message);
        Assert.Contains("0.5", Assert.Throws<ForageException>(() => new SyntheticExtreme(s_small with { LabelsPerRow = 0.5 })).Message);
        Assert.Contains("most frequent label", Assert.Throws<ForageException>(() => new SyntheticExtreme(s_small with { HeadShare = 0.001 })).Message);
    }

    private static byte[] Text(ulong seed, bool test)
    {
        var stream = new MemoryStream();
        var made = new SyntheticExtreme(s_small, seed);
        using (var writer = new XmcWriter(stream, 200, s_small.Features, s_small.Labels))
        {
            if (test) made.Test(writer.Write, 200);
            else made.Train(writer.Write, 200);
        }
        return stream.ToArray();
    }
}
