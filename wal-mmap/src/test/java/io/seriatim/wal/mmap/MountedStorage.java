package io.seriatim.wal.mmap;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.UUID;

/// The real files below a mount point, under the names that the [CrashOracle] knows, on a machine that has been
/// restarted since they were written.
final class MountedStorage {
    private MountedStorage() {}

    static Storage at(Path mount) {
        final UUID bootId = UUID.randomUUID();
        return (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("bootId")) {
                        return bootId;
                    }
                    if (method.isDefault()) {
                        return java.lang.reflect.InvocationHandler.invokeDefault(proxy, method, arguments);
                    }
                    for (int i = 0; i < arguments.length; i++) {
                        if (arguments[i] instanceof Path path) {
                            arguments[i] = real(mount, path);
                        }
                    }
                    try {
                        return method.invoke(FileStorage.INSTANCE, arguments);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }

    /// What lies above the log is the mount point.
    private static Path real(Path mount, Path path) {
        final Path top = CrashOracle.LOG.getParent();
        return path.startsWith(top) ? mount.resolve(top.relativize(path)) : mount;
    }
}
