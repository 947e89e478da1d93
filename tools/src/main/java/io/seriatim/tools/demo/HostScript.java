package io.seriatim.tools.demo;

import io.seriatim.wal.Labels;
import java.util.ArrayList;
import java.util.List;

/// The metrics of this machine. Nobody can know them beforehand, so the child announces each scrape before it appends
/// it: append `n` is scrape `n`, one sample of every series. Filled by one thread, then read by others.
final class HostScript implements Script {
    private final List<Labels> labels = new ArrayList<>();
    private final List<Scrape> scrapes = new ArrayList<>();

    private record Scrape(long timestamp, long[] valueBits) {}

    void series(Labels series) {
        labels.add(series);
    }

    void scrape(long timestamp, long[] valueBits) {
        scrapes.add(new Scrape(timestamp, valueBits));
    }

    @Override
    public String name() {
        return "this machine";
    }

    @Override
    public int series() {
        return labels.size();
    }

    @Override
    public Labels labels(int series) {
        return labels.get(series);
    }

    @Override
    public boolean known(int series, long sample) {
        return sample < scrapes.size();
    }

    @Override
    public long timestamp(int series, long sample) {
        return scrapes.get((int) sample).timestamp;
    }

    @Override
    public long valueBits(int series, long sample) {
        return scrapes.get((int) sample).valueBits[series];
    }

    @Override
    public long append(int series, long sample) {
        return sample;
    }

    @Override
    public long samples(int series, long appends) {
        return appends;
    }

    @Override
    public long find(int series, long timestamp) {
        for (int i = 0; i < scrapes.size(); i++) {
            if (scrapes.get(i).timestamp == timestamp) {
                return i;
            }
        }
        return -1;
    }
}
