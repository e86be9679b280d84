using System.Globalization;
using System.Text;
using Forage.Features;

namespace Forage.Simulation;

/// <summary>
/// Writes files of any length with known shape for benchmarks, the same for the same seed: binary examples as VW text, and logged decisions as dsjson.
/// </summary>
public static class SyntheticFiles
{
    private const int Vocabulary = 100_000;
    private const int PerNamespace = 38;
    private const int Words = 2_000;

    /// <summary>
    /// Examples <c>±1 |a f12:0.3230 ... |b ...</c>: 38 distinct features in each of two namespaces, ranks from Zipf's law over 100,000 names, values of
    /// four decimals uniform in (0, 1), P(y = 1) = σ(½ Σ w x) with a standard normal w a feature.
    /// </summary>
    public static void WriteExamples(Stream stream, int count, ulong seed)
    {
        var rng = new Rng(seed);
        var weights = new float[2 * Vocabulary];
        for (int i = 0; i < weights.Length; i++) weights[i] = (float)rng.NextGaussian();
        var lastSeen = new int[2 * Vocabulary];
        var line = new StringBuilder();
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 20, leaveOpen: true);
        for (int i = 1; i <= count; i++)
        {
            line.Clear();
            double score = 0;
            for (int ns = 0; ns < 2; ns++)
            {
                line.Append(" |").Append((char)('a' + ns));
                for (int f = 0; f < PerNamespace;)
                {
                    int rank = (int)Math.Exp(rng.NextDouble() * Math.Log(Vocabulary + 1)) - 1;
                    int feature = ns * Vocabulary + rank;
                    if (rank >= Vocabulary || lastSeen[feature] == i) continue;
                    lastSeen[feature] = i;
                    int value = 1 + rng.NextInt(9999);
                    line.Append(CultureInfo.InvariantCulture, $" f{rank}:0.{value:0000}");
                    score += weights[feature] * value * 1e-4;
                    f++;
                }
            }
            writer.Write(rng.NextDouble() < 1 / (1 + Math.Exp(-0.5 * score)) ? "1" : "-1");
            writer.Write(line);
            writer.Write('\n');
        }
    }

    /// <summary>
    /// Decisions by uniform choice among 5 to 12 actions, each with a topic, a price and 8 to 18 words out of 2,000; the shared context has a device,
    /// an age, an hour and a score. The reward is 1 with probability σ(m - 1), m depending on topic and device.
    /// </summary>
    public static void WriteDecisions(Stream stream, int count, ulong seed)
    {
        var rng = new Rng(seed);
        const int topics = 40, devices = 6;
        var topicValue = new double[topics];
        var pairValue = new double[devices * topics];
        for (int t = 0; t < topics; t++) topicValue[t] = rng.NextGaussian();
        for (int t = 0; t < pairValue.Length; t++) pairValue[t] = rng.NextGaussian();
        var lastSeen = new long[Words];
        long stamp = 0;
        var line = new StringBuilder();
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 20, leaveOpen: true);
        for (int e = 0; e < count; e++)
        {
            int actions = 5 + rng.NextInt(8), device = rng.NextInt(devices), chosen = rng.NextInt(actions);
            double value = 0;
            line.Clear();
            line.Append(CultureInfo.InvariantCulture, $",\"c\":{{\"user\":{{\"device\":\"d{device}\",\"age\":{18 + rng.NextInt(63)},\"hour\":{rng.NextInt(24)},\"score\":{rng.NextInt(10000) * 1e-4:0.####}}},\"_multi\":[");
            for (int a = 0; a < actions; a++)
            {
                int topic = rng.NextInt(topics);
                if (a == chosen) value = 0.5 * topicValue[topic] + pairValue[device * topics + topic];
                line.Append(CultureInfo.InvariantCulture, $"{(a == 0 ? "" : ",")}{{\"item\":{{\"topic\":\"t{topic}\",\"price\":{rng.NextInt(10000) * 1e-4:0.####}");
                stamp++;
                for (int w = 8 + rng.NextInt(11); w > 0;)
                {
                    int word = rng.NextInt(Words);
                    if (lastSeen[word] == stamp) continue;
                    lastSeen[word] = stamp;
                    line.Append(CultureInfo.InvariantCulture, $",\"w{word}\":{(1 + rng.NextInt(999)) * 1e-3:0.###}");
                    w--;
                }
                line.Append("}}");
            }
            int reward = rng.NextDouble() < 1 / (1 + Math.Exp(1 - value)) ? 1 : 0;
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{{\"_label_cost\":{-reward},\"_label_probability\":{1.0 / actions:0.######},\"_label_Action\":{chosen + 1},\"_labelIndex\":{chosen},\"Version\":\"1\",\"EventId\":\"e{e:00000000}\",\"a\":["));
            writer.Write(chosen + 1);
            for (int a = 0; a < actions; a++)
                if (a != chosen) writer.Write(string.Create(CultureInfo.InvariantCulture, $",{a + 1}"));
            writer.Write(']');
            writer.Write(line);
            writer.Write("]},\"p\":[");
            for (int a = 0; a < actions; a++) writer.Write(string.Create(CultureInfo.InvariantCulture, $"{(a == 0 ? "" : ",")}{1.0 / actions:0.######}"));
            writer.Write("]}\n");
        }
    }
}
