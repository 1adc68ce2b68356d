# 构建：依赖按哈希锁定安装；运行：非 root 用户，只读文件系统可用（可写的只有 /data 和 /tmp）。
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    VAR_DIR=/data STATIC_ROOT=/app/staticfiles BIND=0.0.0.0:8000
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin app \
    && install -d -o app -g app /data
WORKDIR /app
COPY --from=build /venv /venv
COPY . .
# The two variables let the settings load; nothing of them stays in the image.
RUN SECRET_KEY=build ALLOWED_HOSTS=build python manage.py collectstatic --noinput
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s \
    CMD ["python", "-m", "wanzhou_water.healthcheck", "web"]
CMD ["python", "-m", "gunicorn", "--config", "python:wanzhou_water.web", "wanzhou_water.wsgi"]
