package io.seriatim.wal.mmap;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;

/// Loads all of Seriatim, tests too, once more, with one method of one class rewritten: a bug that is in no source.
final class MutatedClasses extends ClassLoader {
    private static final String OURS = "io.seriatim.wal.";

    private final String className;
    private final ClassTransform transform;
    private boolean applied;

    /// @param className without the package `io.seriatim.wal`
    /// @param method    its name
    MutatedClasses(String className, String method, CodeTransform change) {
        super(MutatedClasses.class.getClassLoader());
        this.className = OURS + className;
        this.transform = ClassTransform.transformingMethodBodies(
                model -> model.methodName().equalsString(method), change);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            final Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            if (name.equals(className)) {
                final ClassFile classFile = ClassFile.of();
                final byte[] changed = classFile.transformClass(classFile.parse(bytes), transform);
                applied = !java.util.Arrays.equals(bytes, changed);
                bytes = changed;
            }
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException failure) {
            throw new ClassNotFoundException(name, failure);
        }
    }

    /// @return true if the class was loaded, and is another than it was
    boolean isApplied() {
        return applied;
    }
}
