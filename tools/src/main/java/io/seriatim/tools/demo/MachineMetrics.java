package io.seriatim.tools.demo;

import io.seriatim.wal.Labels;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.GlobalMemory;
import oshi.hardware.HWDiskStore;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.NetworkIF;

/// What this machine and this JVM are doing: real numbers, read anew at each scrape. Not thread-safe.
final class MachineMetrics {
    /// As many as fit into one message of [Pipe], with room to spare.
    private static final int MOST = 400;

    private final List<Labels> labels = new ArrayList<>();
    private final List<DoubleSupplier> readings = new ArrayList<>();
    private final List<Runnable> refreshes = new ArrayList<>();

    MachineMetrics() {
        final HardwareAbstractionLayer hardware = new SystemInfo().getHardware();
        memory(hardware.getMemory());
        processor(hardware.getProcessor());
        hardware.getDiskStores().forEach(this::disk);
        hardware.getNetworkIFs().forEach(this::network);
        jvm();
    }

    int size() {
        return labels.size();
    }

    Labels labels(int metric) {
        return labels.get(metric);
    }

    /// Reads all of them.
    ///
    /// @param valueBits gets the raw bits of each
    void scrape(long[] valueBits) {
        refreshes.forEach(Runnable::run);
        for (int i = 0; i < valueBits.length; i++) {
            valueBits[i] = Double.doubleToRawLongBits(readings.get(i).getAsDouble());
        }
    }

    private void add(DoubleSupplier reading, String name, String... more) {
        if (labels.size() == MOST) {
            return;
        }
        final String[] pairs = new String[more.length + 4];
        pairs[0] = "__name__";
        pairs[1] = name;
        pairs[2] = "job";
        pairs[3] = "this-machine";
        System.arraycopy(more, 0, pairs, 4, more.length);
        labels.add(Labels.of(pairs));
        readings.add(reading);
    }

    private void processor(CentralProcessor processor) {
        final Ticks ticks = new Ticks(processor);
        refreshes.add(ticks::refresh);
        for (int cpu = 0; cpu < processor.getLogicalProcessorCount(); cpu++) {
            final int index = cpu;
            add(() -> ticks.load(index), "machine_cpu_load_ratio", "cpu", String.valueOf(cpu));
        }
        final double[] averages = processor.getSystemLoadAverage(3);
        final String[] minutes = {"1", "5", "15"};
        for (int i = 0; i < averages.length; i++) {
            final int index = i;
            add(() -> processor.getSystemLoadAverage(3)[index], "machine_load_average", "minutes", minutes[i]);
        }
        add(processor::getContextSwitches, "machine_context_switches_total");
        add(processor::getInterrupts, "machine_interrupts_total");
    }

    /// The processors' tick counts of the last two scrapes.
    private static final class Ticks {
        private final CentralProcessor processor;
        private long[][] previous;
        private double[] loads;

        Ticks(CentralProcessor processor) {
            this.processor = processor;
            previous = processor.getProcessorCpuLoadTicks();
            loads = new double[previous.length];
        }

        void refresh() {
            loads = processor.getProcessorCpuLoadBetweenTicks(previous);
            previous = processor.getProcessorCpuLoadTicks();
        }

        double load(int cpu) {
            return loads[cpu];
        }
    }

    private void memory(GlobalMemory memory) {
        add(memory::getAvailable, "machine_memory_available_bytes");
        add(memory::getTotal, "machine_memory_total_bytes");
        add(() -> memory.getVirtualMemory().getSwapUsed(), "machine_swap_used_bytes");
    }

    private void disk(HWDiskStore disk) {
        refreshes.add(disk::updateAttributes);
        add(disk::getReadBytes, "machine_disk_read_bytes_total", "disk", disk.getName());
        add(disk::getWriteBytes, "machine_disk_written_bytes_total", "disk", disk.getName());
        add(disk::getTransferTime, "machine_disk_busy_milliseconds_total", "disk", disk.getName());
    }

    private void network(NetworkIF network) {
        refreshes.add(network::updateAttributes);
        add(network::getBytesRecv, "machine_network_received_bytes_total", "interface", network.getName());
        add(network::getBytesSent, "machine_network_sent_bytes_total", "interface", network.getName());
    }

    private void jvm() {
        add(() -> heap().getUsed(), "jvm_heap_used_bytes");
        add(() -> heap().getCommitted(), "jvm_heap_committed_bytes");
        add(ManagementFactory.getThreadMXBean()::getThreadCount, "jvm_threads");
        add(ManagementFactory.getClassLoadingMXBean()::getLoadedClassCount, "jvm_classes_loaded");
        add(ManagementFactory.getRuntimeMXBean()::getUptime, "jvm_uptime_milliseconds");
        add(ManagementFactory.getCompilationMXBean()::getTotalCompilationTime, "jvm_compilation_milliseconds_total");
        for (final GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            add(collector::getCollectionCount, "jvm_collections_total", "collector", collector.getName());
            add(collector::getCollectionTime, "jvm_collection_milliseconds_total", "collector", collector.getName());
        }
        for (final BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            add(pool::getMemoryUsed, "jvm_buffer_used_bytes", "pool", pool.getName());
        }
    }

    private static MemoryUsage heap() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    }
}
