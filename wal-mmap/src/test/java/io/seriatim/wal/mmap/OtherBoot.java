package io.seriatim.wal.mmap;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.UUID;

/// The real files, on a machine that has been restarted since they were written.
final class OtherBoot {
    private OtherBoot() {}

    static Storage storage() {
        return storage(UUID.randomUUID());
    }

    static Storage storage(UUID bootId) {
        return (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, (_, method, arguments) -> {
                    if (method.getName().equals("bootId")) {
                        return bootId;
                    }
                    try {
                        return method.invoke(FileStorage.INSTANCE, arguments);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }
}
